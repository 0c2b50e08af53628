import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimestampBounds } from '#lib/contract/index.ts'
import { INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { computeAvailability, type SessionSampleInterval, splitPeriodBySessionState } from './availability.ts'

const HOUR = { earliest: 10_000, latest: 13_600 }
const at = (earliest: number, latest = earliest): TimestampBounds => ({ earliest, latest })
const interval = (
  is: SessionSampleInterval['is'],
  since: TimestampBounds,
  until: TimestampBounds | null = null,
  establishedAt: TimestampBounds | null = null,
): SessionSampleInterval => ({ is, since, until, establishedAt })

describe('availability of an hour', () => {
  it.each([
    {
      name: 'all up, since before it was checked',
      intervals: [interval('up', at(INSTANT_BEFORE_MONITORING, 5_000))],
      reported: { up: [3_600, 3_600], down: [0, 0], absentMs: 0, unknownMs: 0 },
    },
    {
      name: 'a fall between two polls, and a rise that its age dates',
      intervals: [
        interval('up', at(INSTANT_BEFORE_MONITORING, 5_000), at(11_000, 11_060)),
        interval('down', at(11_000, 11_060), at(11_120, 11_180)),
        interval('up', at(11_120, 11_180), null, at(11_150, 11_151)),
      ],
      reported: { up: [3_449, 3_510], down: [90, 151], absentMs: 0, unknownMs: 0 },
    },
    {
      name: 'a restart that no poll saw',
      intervals: [
        interval('up', at(INSTANT_BEFORE_MONITORING, 5_000), at(11_000, 11_060)),
        interval('up', at(11_000, 11_060), null, at(11_020, 11_021)),
      ],
      reported: { up: [3_579, 3_600], down: [0, 21], absentMs: 0, unknownMs: 0 },
    },
    {
      name: 'something else about it that changed',
      intervals: [
        interval('up', at(INSTANT_BEFORE_MONITORING, 5_000), at(11_000, 11_060), at(100, 101)),
        interval('up', at(11_000, 11_060), null, at(100, 101)),
      ],
      reported: { up: [3_600, 3_600], down: [0, 0], absentMs: 0, unknownMs: 0 },
    },
    {
      name: 'two words for down',
      intervals: [
        interval('down', at(INSTANT_BEFORE_MONITORING, 5_000), at(11_000, 11_060)),
        interval('down', at(11_000, 11_060)),
      ],
      reported: { up: [0, 0], down: [3_600, 3_600], absentMs: 0, unknownMs: 0 },
    },
    {
      name: 'a gap, whatever came before and after it',
      intervals: [interval('up', at(INSTANT_BEFORE_MONITORING, 5_000))],
      gaps: [at(11_000, 12_000)],
      reported: { up: [2_600, 2_600], down: [0, 0], absentMs: 0, unknownMs: 1_000 },
    },
    {
      name: 'its row is missing for a while',
      intervals: [
        interval('up', at(INSTANT_BEFORE_MONITORING, 5_000), at(11_000, 11_060)),
        interval('up', at(12_000, 12_060)),
      ],
      reported: { up: [2_540, 2_660], down: [0, 120], absentMs: 940, unknownMs: 0 },
    },
    {
      name: 'first polled in it',
      intervals: [interval('up', at(INSTANT_BEFORE_MONITORING, 12_000))],
      reported: { up: [1_600, 1_600], down: [0, 0], absentMs: 0, unknownMs: 2_000 },
    },
    {
      name: 'an answer that reports no state',
      intervals: [
        interval('up', at(INSTANT_BEFORE_MONITORING, 5_000), at(11_000, 11_060)),
        interval('unknown', at(11_000, 11_060), at(12_000, 12_060)),
        interval('up', at(12_000, 12_060)),
      ],
      reported: { up: [2_540, 2_540], down: [0, 0], absentMs: 0, unknownMs: 1_060 },
    },
    { name: 'never reported', intervals: [], reported: { up: [0, 0], down: [0, 0], absentMs: 3_600, unknownMs: 0 } },
  ])('$name', ({ intervals, gaps = [], reported }) => {
    const { up, down, ...rest } = computeAvailability(intervals, gaps, HOUR)
    expect({ up: [up.minMs, up.maxMs], down: [down.minMs, down.maxMs], ...rest }).toEqual({
      windowMs: 3_600,
      ...reported,
    })
  })
})

describe('the parts of an hour', () => {
  it.each([
    {
      name: 'a fall and a rise lie between polls',
      intervals: [
        interval('up', at(INSTANT_BEFORE_MONITORING, 5_000), at(11_000, 11_060)),
        interval('down', at(11_000, 11_060), at(11_120, 11_180)),
        interval('up', at(11_120, 11_180)),
      ],
      parts: [
        [10_000, 11_000, 'up'],
        [11_000, 11_060, 'indeterminate'],
        [11_060, 11_120, 'down'],
        [11_120, 11_180, 'indeterminate'],
        [11_180, 13_600, 'up'],
      ],
    },
    {
      name: 'gaps that overlap are one, and hide what was before them',
      intervals: [interval('down', at(INSTANT_BEFORE_MONITORING, 5_000))],
      gaps: [at(11_500, 12_000), at(11_000, 11_600)],
      parts: [
        [10_000, 11_000, 'down'],
        [11_000, 12_000, 'unknown'],
        [12_000, 13_600, 'down'],
      ],
    },
    {
      name: 'what good polls did not list is not known',
      intervals: [interval('up', at(12_000, 12_060), null, at(12_050, 12_051))],
      parts: [
        [10_000, 12_000, 'unknown'],
        [12_000, 12_051, 'indeterminate'],
        [12_051, 13_600, 'up'],
      ],
    },
  ])('$name', ({ intervals, gaps = [], parts }) => {
    const found = splitPeriodBySessionState(intervals, gaps, { from: HOUR.earliest, to: HOUR.latest })
    expect(found.map(({ from, to, state }) => [from, to, state])).toEqual(parts)
  })
})

/** Returns the intervals that polls observe of a session that is up at first and changes at the given times. */
function sampled(changes: readonly number[], polls: readonly { earliest: number; latest: number; read: number }[]) {
  const begunAt = (moment: number) => changes.findLast((change) => change <= moment) ?? INSTANT_BEFORE_MONITORING
  const isUp = (moment: number) => changes.filter((change) => change <= moment).length % 2 === 0
  const intervals: SessionSampleInterval[] = []
  let last: (typeof polls)[number] | null = null
  for (const poll of polls) {
    const is = isUp(poll.read) ? 'up' : 'down'
    const life = is === 'up' ? begunAt(poll.read) : null
    const open = intervals.at(-1)
    if (!open || open.is !== is || open.establishedAt?.earliest !== life?.valueOf()) {
      const since = at(last?.earliest ?? INSTANT_BEFORE_MONITORING, poll.latest)
      if (open) open.until = since
      intervals.push(interval(is, since, null, life === null ? null : at(life)))
    }
    last = poll
  }
  return intervals
}

const poll = fc.record({
  wait: fc.integer({ min: 20, max: 200 }),
  took: fc.nat(30),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
})

it('holds the truth, and all its parts are the window, whenever polls came and the session fell', () => {
  fc.assert(
    fc.property(
      fc.array(poll, { minLength: 3, maxLength: 40 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 6_000 }), { maxLength: 12 }),
      fc.tuple(fc.nat(3_000), fc.nat(3_000)),
      (waits, moments, [from, length]) => {
        let now = 0
        const polls = waits.map(({ wait, took, part }) => {
          const earliest = now + wait
          now = earliest + took
          return { earliest, latest: now, read: earliest + part * took }
        })
        const changes = moments.toSorted((a, b) => a - b)
        // a session that comes up and goes down again between two samples that report "down" is not observed
        const isSeen = changes.every(
          (change, n) => n % 2 === 0 || polls.some(({ read }) => read >= change && read < (changes[n + 1] ?? Infinity)),
        )
        fc.pre(isSeen)
        // the time after the last sample is unknown
        const end = polls.at(-1)?.earliest ?? 0
        const window = at(Math.min(from, end), Math.min(from + length, end))
        const firstSeen = polls[0]?.latest ?? 0
        const reported = computeAvailability(sampled(changes, polls), [], window)
        const edges = [...new Set([window.earliest, ...changes, firstSeen, window.latest])]
          .filter((moment) => moment >= window.earliest && moment <= window.latest)
          .toSorted((a, b) => a - b)
        const truth = edges.slice(1).reduce((sum, latest, n) => {
          const earliest = edges[n] ?? latest
          const isUp = changes.filter((change) => change <= earliest).length % 2 === 0
          return sum + (isUp && earliest >= firstSeen ? latest - earliest : 0)
        }, 0)
        expect(reported.up.minMs).toBeLessThanOrEqual(truth)
        expect(reported.up.maxMs).toBeGreaterThanOrEqual(truth)
        expect(reported.up.minMs + reported.down.maxMs + reported.absentMs + reported.unknownMs).toBe(reported.windowMs)
        expect(reported.up.maxMs + reported.down.minMs + reported.absentMs + reported.unknownMs).toBe(reported.windowMs)
      },
    ),
    { numRuns: 1_000 },
  )
})
