import { describe, expect, it } from 'vitest'
import { type DetectedEvent, isExpectedByMaintenance } from '#lib/contract/index.ts'
import { SITE_A_PREFIXES, SITE_B_PREFIXES, createTwoCircuitEstate } from '../../testing/estates.ts'
import {
  runTestTimeline,
  type TestTimelineRunner,
  type TestTimelineRunnerOptions,
  listEventsWithoutParent,
} from '#lib/poller/memory/testing/play.ts'
import { parseTimeOfSimulatedDay, type TestTimelineChange } from '#lib/poller/memory/testing/timeline.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  endSimulatedNeighborSessions,
  startSimulatedCustomerSession,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from '../../testing/happenings.ts'
import type { SimulatedEstate } from '../../testing/world.ts'
import type { MaintenanceWindow } from '../../model/topology.ts'

const LON = ['10.0.4.4', '10.0.4.5']

const window = (fields: Partial<MaintenanceWindow> = {}): MaintenanceWindow => ({
  id: 'chg-1',
  title: 'work on the London cross-connect',
  announcedBy: 'operator',
  from: parseTimeOfSimulatedDay('9:59:00'),
  to: parseTimeOfSimulatedDay('10:10:00'),
  scopes: ['ckt-lon'],
  paths: [],
  ...fields,
})

const pathFails = (path: 'primary' | 'secondary', at: string): TestTimelineChange[] => {
  const neighbor = path === 'primary' ? '10.0.4.4' : '10.0.4.5'
  return [
    {
      at,
      do: (world) => {
        world.path('ckt-lon', path).arp = 'incomplete'
        endSimulatedCustomerSession(world, 'ckt-lon', path)
        withdrawSimulatedPrefixes(world, [neighbor], [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
      },
    },
  ]
}
const pathReturns = (at: string): TestTimelineChange => ({
  at,
  do: (world, time) => {
    world.path('ckt-lon', 'primary').arp = 'complete'
    startSimulatedCustomerSession(world, 'ckt-lon', 'primary', time)
    announceSimulatedPrefixes(world, ['10.0.4.4'], SITE_A_PREFIXES, [65001])
    announceSimulatedPrefixes(world, ['10.0.4.4'], SITE_B_PREFIXES, [65001, 65001, 65001])
  },
})

async function run(
  windows: MaintenanceWindow[],
  truth: TestTimelineChange[],
  to = '10:08',
  options: TestTimelineRunnerOptions = {},
) {
  const world = () => {
    const made = createTwoCircuitEstate()
    made.maintenance.push(...windows)
    return made
  }
  return await runTestTimeline({ world, from: '9:50', to, truth }, options)
}

const sorted = (events: readonly DetectedEvent[], expected: boolean) =>
  [...new Set(events.filter((event) => isExpectedByMaintenance(event) === expected).map(({ kind }) => kind))].toSorted()
const silent = (engine: TestTimelineRunner) => sorted(listEventsWithoutParent(engine), true)
const paged = (engine: TestTimelineRunner) => sorted(listEventsWithoutParent(engine), false)

describe('a window for a circuit’s primary path', () => {
  const own = window({ paths: ['primary'] })

  it('expects what that path’s failing brings, at the circuit and at the gateways', async () => {
    const engine = await run([own], pathFails('primary', '10:00:30'))
    expect(paged(engine)).toEqual([])
    expect(silent(engine)).toEqual(expect.arrayContaining(['path_down']))
    expect(listEventsWithoutParent(engine).every(({ flags }) => flags.includes('maintenance:chg-1'))).toBe(true)
  })

  it('expects nothing of the other path', async () => {
    const engine = await run([own], pathFails('secondary', '10:00:30'))
    expect(silent(engine)).toEqual([])
    expect(paged(engine)).toEqual(expect.arrayContaining(['path_down']))
  })
})

describe('a window for a whole circuit', () => {
  it('expects either path, and still not both', async () => {
    expect(paged(await run([window()], pathFails('secondary', '10:00:30')))).toEqual([])
    const both = await run([window()], [...pathFails('primary', '10:00:30'), ...pathFails('secondary', '10:03:30')])
    expect(paged(both)).toContain('circuit_down')
  })

  it('lets a site without any path through', async () => {
    const all = (world: SimulatedEstate) =>
      withdrawSimulatedPrefixes(world, [...LON, ...world.neighbors.map(({ address }) => address)], [...SITE_A_PREFIXES])
    const world = () => {
      const made = createTwoCircuitEstate()
      made.maintenance.push(window({ scopes: [] }))
      made.sites.push({ name: 'DC-A', prefixes: SITE_A_PREFIXES, home: 'ckt-lon', routers: {} })
      return made
    }
    const engine = await runTestTimeline({ world, from: '9:50', to: '10:05', truth: [{ at: '10:00:30', do: all }] })
    expect(paged(engine)).toContain('no_path')
    expect(silent(engine)).not.toContain('no_path')
  })
})

describe('a window by what it names', () => {
  const fails: TestTimelineChange[] = [
    { at: '10:00:30', do: (world) => endSimulatedNeighborSessions(world, '10.0.4.4') },
    { at: '10:04:30', do: (world, at) => startSimulatedNeighborSessions(world, '10.0.4.4', at) },
  ]
  it.each([
    ['everything', { scopes: [] }, true],
    ['the gateway', { scopes: ['ergw-hub'] }, true],
    ['the circuit that the neighbor is', { scopes: ['ckt-lon'] }, true],
    ['the path that the neighbor is', { scopes: ['ckt-lon'], paths: ['primary' as const] }, true],
    ['the other path', { scopes: ['ckt-lon'], paths: ['secondary' as const] }, false],
    ['that path of everything', { scopes: [], paths: ['primary' as const] }, true],
    ['another circuit', { scopes: ['ckt-ams'] }, false],
  ] as const)('%s', async (_, fields, expected) => {
    const engine = await run(
      [window({ ...fields, scopes: [...fields.scopes], paths: 'paths' in fields ? [...fields.paths] : [] })],
      fails,
    )
    const peerEvents = engine.events.filter(({ kind }) => kind === 'peer_lost' || kind === 'session_down')
    expect(peerEvents.length).toBeGreaterThan(0)
    expect(peerEvents.map(isExpectedByMaintenance)).toEqual(peerEvents.map(() => expected))
  })
})

describe('a window by its time', () => {
  it.each([
    ['over before the fall', '9:40:00', '9:58:00', false],
    ['not yet begun', '10:05:00', '10:30:00', false],
    ['that may have begun before the fall', '10:00:40', '10:30:00', true],
  ])('%s', async (_, from, to, expected) => {
    const engine = await run(
      [window({ from: parseTimeOfSimulatedDay(from), to: parseTimeOfSimulatedDay(to) })],
      pathFails('primary', '10:00:30'),
    )
    expect(listEventsWithoutParent(engine).map(isExpectedByMaintenance)).toEqual(
      listEventsWithoutParent(engine).map(() => expected),
    )
  })
})

describe('after the end of a window', () => {
  const truth = pathFails('primary', '10:00:30')

  it.each([
    ['ten minutes later it is still expected to come back', '10:19', []],
    ['and then no longer', '10:22', ['path_down']],
  ])('%s', async (_, to, kinds) => {
    expect(paged(await run([window()], truth, to))).toEqual(kinds)
  })

  it('what came back in time stays what it was', async () => {
    const engine = await run([window()], [...truth, pathReturns('10:12:00')], '10:40')
    expect(paged(engine).filter((kind) => !/up|restored/.test(kind))).toEqual([])
    const fall = listEventsWithoutParent(engine).find(({ kind }) => kind === 'path_down')
    expect(fall).toMatchObject({ flags: expect.arrayContaining(['maintenance:chg-1']) })
    expect(fall?.ended).not.toBeNull()
  })

  it('says which window it has overrun', async () => {
    const engine = await run([window()], truth, '10:22')
    expect(listEventsWithoutParent(engine).find(({ kind }) => kind === 'path_down')?.flags).toContain(
      'maintenance_overrun:chg-1',
    )
  })

  it('is noticed by a worker that begins again between any two polls', async () => {
    const engine = await run([window()], truth, '10:22', { restarting: true })
    expect(paged(engine)).toContain('path_down')
  })
})

it('a window that is called off silences nothing any more', async () => {
  const truth = [
    ...pathFails('primary', '10:00:30'),
    { at: '10:05:00', do: (world: SimulatedEstate) => void world.maintenance.splice(0) },
  ]
  expect(paged(await run([window()], truth))).toContain('path_down')
})
