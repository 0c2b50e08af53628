import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Place, placedInterval, placeKey, placesOf } from './phase.ts'
import type { PlannedPoll } from './plan.ts'

const SECOND = 1_000
const circuit = (name: string): PlannedPoll[] =>
  ['primary', 'secondary'].flatMap((path) =>
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

/** When each operation of a circuit is due, seconds after it was due last at a moment. */
function dueOf(polls: readonly PlannedPoll[], at: (poll: PlannedPoll) => number) {
  const places = placesOf(polls)
  return polls.map((poll) => {
    const place = places.get(placeKey(poll)) as Place
    const nextAt = at(poll)
    const lease = {
      nextAt: nextAt * SECOND,
      everySeconds: everyOf(poll),
      firstSeconds: PLANNED.summary,
      tablesDueAt: [] as number[],
    }
    return { ...poll, next: nextAt + placedInterval(place, lease, false) }
  })
}

it('what is answered at once has no place, and operations one each', () => {
  const places = placesOf([...circuit('a'), stats])
  expect(places.size).toBe(6)
  expect(places.get(placeKey(stats))).toBeUndefined()
})

it('sessions of a resource are due at even distances and each table after one of them, whenever the last ones began', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1_000_000, max: 1_010_000 }), { minLength: 6, maxLength: 6 }),
      fc.string(),
      (moments, name) => {
        const polls = circuit(name)
        const due = dueOf(polls, (poll) => moments[polls.indexOf(poll)] ?? 0)
        const [one = 0, other = 0] = due.flatMap(({ kind, next }) => (kind === 'summary' ? [next] : []))
        const apart = (((other - one) % 80) + 80) % 80
        expect(apart).toBeCloseTo(40, 3)
        const turns = due.filter(({ kind }) => kind !== 'summary').map(({ next }) => (((next - one) % 40) + 40) % 40)
        for (const after of turns) expect(after).toBeCloseTo(0.38 * 40, 3)
      },
    ),
  )
})

it('tables of one interval are due at even distances, and meet none of another interval where there are gaps enough', () => {
  fc.assert(
    fc.property(fc.string(), (name) => {
      const due = dueOf(circuit(name), () => 0)
      const gapsOf = (kind: string, every: number) => {
        const [one = 0, other = 0] = due.filter((poll) => poll.kind === kind).map(({ next }) => next)
        expect((((other - one) % every) + every) % every).toBeCloseTo(every / 2, 3)
        return [one, other].map((next) => Math.round((((next / 40) % 6) + 6) % 6))
      }
      const [arp, tables] = [gapsOf('arp', 240), gapsOf('tables', 1_200)]
      expect(new Set([...arp, ...tables]).size).toBe(4)
    }),
  )
})

it('a session that a table follows is due a twentieth of its interval earlier, and no other', () => {
  const place: Place = { resource: '/circuits/a', isFirst: true, n: 0, of: 2, group: 0, sessions: 2 }
  const nextIn = (own: Place, tablesDueIn: number[]) => {
    const tablesDueAt = tablesDueIn.map((seconds) => seconds * SECOND)
    return placedInterval(own, { nextAt: 0, everySeconds: 80, firstSeconds: 80, tablesDueAt }, false)
  }
  const at = nextIn(place, [])
  for (const within of [0, 14.4, 39.9]) expect(nextIn(place, [-1, at + within])).toBeCloseTo(at - 4, 6)
  for (const outside of [-0.1, 40, 80]) expect(nextIn(place, [at + outside])).toBe(at)
  expect(nextIn({ ...place, isFirst: false }, [at + 1])).not.toBe(at - 4)
  // the only session of its resource has an interval for itself
  const alone = { ...place, of: 1, sessions: 1 }
  expect(nextIn(alone, [nextIn(alone, []) + 20])).toBe(nextIn(alone, []))
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
    const next = placedInterval(
      place,
      { nextAt: at * SECOND, everySeconds: 60, firstSeconds: 60, tablesDueAt: [] },
      true,
    )
    expect(next).toBeGreaterThan(0)
    expect(next).toBeLessThanOrEqual(61)
  }
  expect(placedInterval(place, { nextAt: 3, everySeconds: 5, firstSeconds: 5, tablesDueAt: [] }, true)).toBe(5)
})
