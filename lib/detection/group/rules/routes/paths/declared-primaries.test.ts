import { describe, expect, it } from 'vitest'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimelineChange, TestTimeline } from '#lib/poller/memory/testing/timeline.ts'
import { SITE_A_PREFIXES, createTwoCircuitEstate } from '../../../../testing/estates.ts'
import { announceSimulatedPrefixes, withdrawSimulatedPrefixes } from '../../../../testing/happenings.ts'
import { parseTimeOfSimulatedDay, type SimulatedEstate } from '../../../../testing/world.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const HOUR = 60 * 60
const site = { name: 'DC-A', prefixes: SITE_A_PREFIXES, home: 'ckt-lon', routers: {} }

/** Returns a topology in which only Amsterdam has carried the site behind London since before the first poll. */
function onBackup(declare: (world: SimulatedEstate) => void = (world) => void world.sites.push(site)): SimulatedEstate {
  const world = createTwoCircuitEstate()
  declare(world)
  withdrawSimulatedPrefixes(world, LON, SITE_A_PREFIXES)
  return world
}
const corrected: TestTimelineChange = {
  at: '12:00:30',
  do: (world) => announceSimulatedPrefixes(world, LON, SITE_A_PREFIXES, [65001]),
}

/** Returns the events about best paths and site states. */
async function seen(timeline: Partial<TestTimeline>) {
  const { events } = await runTestTimeline({ world: () => onBackup(), from: '9:55', to: '10:30', ...timeline })
  return events.filter(({ kind }) =>
    ['intent_deviation', 'best_path_shift', 'failover', 'site_state_changed'].includes(kind),
  )
}
const lines = (events: Awaited<ReturnType<typeof seen>>) =>
  events.map(({ kind, subject, ended }) => `${kind} ${subject}${ended ? ' ended' : ''}`)

const DEVIATION = 'intent_deviation ckt-lon > ckt-ams'

describe('a backup that carries what is declared to be carried by a primary', () => {
  it('is a deviation from the first sight, since nobody knows when', async () => {
    const [event, ...others] = await seen({})
    expect(others).toEqual([])
    expect(event).toMatchObject({ kind: 'intent_deviation', scope: 'ckt-lon', severity: 'minor', ended: null })
    expect(event?.started.earliest).toBe(0)
    expect(event?.causes[0]?.owner).toBe('unknown')
  })

  it('is one for thirty hours as well', async () => {
    expect(lines(await seen({ from: '0:00', to: '30:00', every: HOUR / 2 }))).toEqual([DEVIATION])
  })

  it('is over when the primary carries it, and that is no shift', async () => {
    const events = await seen({ to: '12:30', every: 300, truth: [corrected] })
    expect(lines(events)).toEqual([`${DEVIATION} ended`])
    expect(events[0]?.ended?.earliest).toBeLessThanOrEqual(parseTimeOfSimulatedDay('12:00:30'))
    expect(events[0]?.ended?.latest).toBeGreaterThanOrEqual(parseTimeOfSimulatedDay('12:00:30'))
  })

  it('is over when another primary is declared', async () => {
    const declared: TestTimelineChange = {
      at: '12:00:30',
      do: (world) => void world.sites.splice(0, 1, { ...site, home: 'ckt-ams' }),
    }
    expect(lines(await seen({ to: '12:30', every: 300, truth: [declared] }))).toEqual([`${DEVIATION} ended`])
  })

  it('is one from when it is declared', async () => {
    const declared: TestTimelineChange = { at: '10:30:30', do: (world) => void world.sites.push(site) }
    const world = () => onBackup(() => undefined)
    expect(lines(await seen({ world, to: '12:30', every: 300, truth: [declared] }))).toEqual([DEVIATION])
  })
})

describe('a policy that names the prefixes', () => {
  const policy = (circuits: string[], prefixes = SITE_A_PREFIXES) => ({
    kind: 'active_standby' as const,
    circuits,
    prefixes,
  })
  it.each<[string, string[], string[]]>([
    ['pins what another than the home carries', ['ckt-ams', 'ckt-lon'], []],
    ['is a deviation where neither of its circuits carries them', ['ckt-lon'], [DEVIATION]],
  ])('%s', async (_, circuits, expected) => {
    const world = () =>
      onBackup((own) => {
        own.sites.push(site)
        own.policies.push(policy(circuits))
      })
    expect(lines(await seen({ world }))).toEqual(expected)
  })

  it('ends a deviation from the home that was reported before', async () => {
    const pinned: TestTimelineChange = {
      at: '12:00:30',
      do: (world) => void world.policies.push(policy(['ckt-ams', 'ckt-lon'])),
    }
    expect(lines(await seen({ to: '12:30', every: 300, truth: [pinned] }))).toEqual([`${DEVIATION} ended`])
  })
})

describe('is no deviation:', () => {
  it.each<[string, Partial<TestTimeline>, string[]]>([
    ['what nobody declared', { world: () => onBackup(() => undefined) }, []],
    [
      'what the primary carries',
      {
        world: () => {
          const world = createTwoCircuitEstate()
          world.sites.push(site)
          return world
        },
      },
      [],
    ],
    [
      'a site whose home it is',
      { world: () => onBackup((world) => void world.sites.push({ ...site, home: 'ckt-ams' })) },
      [],
    ],
    [
      'a shift that was seen, which says so itself',
      {
        world: () => {
          const world = createTwoCircuitEstate()
          world.sites.push(site)
          return world
        },
        to: '13:00',
        every: 300,
        truth: [{ at: '10:20:30', do: (world) => withdrawSimulatedPrefixes(world, LON, SITE_A_PREFIXES) }],
      },
      ['best_path_shift ckt-lon > ckt-ams', 'site_state_changed DC-A'],
    ],
  ])('%s', async (_, timeline, expected) => {
    expect(lines(await seen(timeline)).toSorted()).toEqual(expected)
  })
})
