import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import {
  type PollPositionInResource,
  computeOperationInterval,
  formatPlaceKey,
  computeSchedulePositions,
} from './schedule-positions.ts'
import type { PlannedPoll } from './plan-polls.ts'

const circuit = (name: string, paths: readonly string[] = ['primary', 'secondary']): PlannedPoll[] =>
  paths.flatMap((path) =>
    (['summary', 'arp', 'tables'] as const).map((kind) => ({
      resourceId: `/circuits/${name}`,
      subresource: path,
      kind,
      everySeconds: kind === 'tables' ? 300 : 60,
      resource: `/circuits/${name}`,
    })),
  )
const stats: PlannedPoll = {
  resourceId: '/circuits/a',
  subresource: '',
  kind: 'stats',
  everySeconds: 60,
  resource: null,
}

const PLANNED = { summary: 80, arp: 240, tables: 1_200 } as const
const everyOf = ({ kind }: PlannedPoll) => PLANNED[kind as keyof typeof PLANNED]

/** Returns when each operation of a circuit is due, in seconds after the time when it was last due. */
function dueOf(polls: readonly PlannedPoll[], at: (poll: PlannedPoll) => number) {
  const places = computeSchedulePositions(polls)
  return polls.map((poll) => {
    const place = places.get(formatPlaceKey(poll)) as PollPositionInResource
    const nextAt = at(poll)
    const lease = {
      nextAt: nextAt * MS_PER_SECOND,
      everySeconds: everyOf(poll),
      firstSeconds: PLANNED.summary,
      tableSeconds: PLANNED.arp,
    }
    return { ...poll, next: nextAt + computeOperationInterval(place, lease, false) }
  })
}

it('what is answered at once has no place, and operations one each', () => {
  const places = computeSchedulePositions([...circuit('a'), stats])
  expect(places.size).toBe(6)
  expect(places.get(formatPlaceKey(stats))).toBeUndefined()
})

const within = (seconds: number, every: number) => ((seconds % every) + every) % every
const TWO_PEERINGS = ['private/primary', 'private/secondary', 'microsoft/primary', 'microsoft/secondary']

it('two sessions have room for a table after the first one, whenever the last ones began', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1_000_000, max: 1_010_000 }), { minLength: 6, maxLength: 6 }),
      fc.string(),
      (moments, name) => {
        const polls = circuit(name)
        const due = dueOf(polls, (poll) => moments[polls.indexOf(poll)] ?? 0)
        const [one = 0, other = 0] = due.flatMap(({ kind, next }) => (kind === 'summary' ? [next] : []))
        expect(within(other - one, 80)).toBeCloseTo((80 * 2) / 3, 3)
        for (const { kind, next } of due) if (kind !== 'summary') expect(within(next - one, 80)).toBeCloseTo(24, 3)
      },
    ),
  )
})

it('of two sessions the first is followed by one table at most', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const due = dueOf(circuit(name), () => 0)
      const [one = 0] = due.flatMap(({ kind, next }) => (kind === 'summary' ? [next] : []))
      const roundsOf = (kind: string, rounds: number) =>
        due.flatMap((poll) => (poll.kind === kind ? [within(Math.round((poll.next - one - 24) / 80), rounds) % 3] : []))
      const [arp, tables] = [roundsOf('arp', 3), roundsOf('tables', 15)]
      expect(new Set(arp).size).toBe(2)
      for (const round of tables) expect(arp).not.toContain(round)
    }),
  )
})

it('more sessions are due at even distances, each followed by a table, and that by one of a longer interval', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const due = dueOf(circuit(name, TWO_PEERINGS), () => 0)
      const [one = 0, ...others] = due.flatMap(({ kind, next }) => (kind === 'summary' ? [next] : []))
      for (const [i, other] of others.entries()) expect(within(other - one, 80)).toBeCloseTo(20 * (i + 1), 3)
      for (const { kind, next } of due)
        if (kind !== 'summary') expect(within(next - one, 20)).toBeCloseTo(20 * (kind === 'arp' ? 0.38 : 0.6), 3)
    }),
  )
})

it('two tables of an interval that is that of the sessions are due one after the other', () => {
  const place: PollPositionInResource = { resource: '/circuits/a', isFirst: false, n: 0, of: 2, group: 0, sessions: 2 }
  const lease = { nextAt: 0, everySeconds: 320, firstSeconds: 320, tableSeconds: 320 }
  const apart =
    computeOperationInterval({ ...place, n: 1 }, lease, false) - computeOperationInterval(place, lease, false)
  expect(within(apart, 320)).toBeCloseTo(64, 3)
})

it('a table after the only session of its resource is due an interval later, at the same moment between two sessions, whenever it was read', () => {
  const place: PollPositionInResource = { resource: '/gateways/a', isFirst: false, n: 0, of: 1, group: 0, sessions: 1 }
  const session = { ...place, isFirst: true }
  const lease = { everySeconds: 60, firstSeconds: 60, tableSeconds: 300 }
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 60 }), (at, early) => {
      const due =
        at + computeOperationInterval(place, { ...lease, nextAt: at * MS_PER_SECOND, everySeconds: 300 }, false)
      const atSession = computeOperationInterval(session, { ...lease, nextAt: 0 }, false)
      expect(within(due - atSession, 60)).toBeCloseTo(0.38 * 60, 3)
      const read = due - early
      const next = computeOperationInterval(place, { ...lease, nextAt: read * MS_PER_SECOND, everySeconds: 300 }, false)
      expect(next).toBeGreaterThan(270)
      expect(next).toBeLessThanOrEqual(330)
    }),
  )
})

it('a poll that began late is due again when it would have been, and none twice at once or much later', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 50_000 }), fc.integer({ min: 0, max: 59 }), (start, late) => {
      const polls = circuit('a')
      const anchored = dueOf(polls, () => start)
      const again = dueOf(polls, (poll) => anchored[polls.indexOf(poll)]?.next ?? 0)
      const delayed = dueOf(polls, (poll) => (anchored[polls.indexOf(poll)]?.next ?? 0) + late)
      for (const [i, { next }] of delayed.entries()) {
        const poll = polls[i] as PlannedPoll
        const begun = (anchored[i]?.next ?? 0) + late
        expect(next).toBeCloseTo(again[i]?.next ?? 0, 3)
        expect(next - begun).toBeGreaterThan(0.25 * everyOf(poll) - 0.01)
        expect(next - begun).toBeLessThanOrEqual(1.25 * everyOf(poll) + 0.01)
      }
    }),
  )
})

it('resources are spread over the interval of their sessions, and their tables over their own', () => {
  const due = Array.from({ length: 1_000 }, (_, n) => dueOf(circuit(`c${n}`), () => 0)).flat()
  for (const kind of ['summary', 'arp', 'tables'] as const) {
    const own = due.filter((poll) => poll.kind === kind)
    const every = PLANNED[kind]
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => own.filter(({ next }) => Math.floor(((next % every) * 10) / every) === tenth).length,
    )
    for (const count of tenths) expect(count).toSatisfy((n: number) => n > 120 && n < 280)
  }
})

it('a first poll is followed within its interval, and short intervals are left alone', () => {
  const place = { resource: '/circuits/a', isFirst: true, n: 0, of: 2, group: 0, sessions: 2 }
  for (let at = 0; at < 300; at += 7) {
    const next = computeOperationInterval(
      place,
      { nextAt: at * MS_PER_SECOND, everySeconds: 60, firstSeconds: 60, tableSeconds: null },
      true,
    )
    expect(next).toBeGreaterThan(0)
    expect(next).toBeLessThanOrEqual(61)
  }
  expect(
    computeOperationInterval(place, { nextAt: 3, everySeconds: 5, firstSeconds: 5, tableSeconds: null }, true),
  ).toBe(5)
})
