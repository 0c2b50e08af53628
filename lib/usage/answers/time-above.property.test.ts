import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { CounterGrowth, ChosenUsageBucket } from '#lib/history/index.ts'
import { computeTimeAboveRate } from './time-above.ts'

const MBPS = 1_000
const BYTES_OF_MINUTE = 7_500_000

/** Mbit/s of both paths by minute; a path has at most its own bandwidth. */
const minutes = (count: number) =>
  fc.array(fc.tuple(fc.nat({ max: MBPS }), fc.nat({ max: MBPS })), { minLength: count, maxLength: count })
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const unseenPoint = (n: number): ChosenUsageBucket => ({
  start: n * 5 * MS_PER_MINUTE,
  in: { bytes: 0n, coveredMs: 0, atLeast: false },
  out: { bytes: 0n, coveredMs: 0, atLeast: false },
  coveredMs: 0,
  metricMs: 0,
})
const gap = (from: number, rates: readonly number[], own: Partial<CounterGrowth> = {}): CounterGrowth => ({
  direction: 'out',
  from: from * MS_PER_MINUTE,
  to: (from + rates.length) * MS_PER_MINUTE,
  bytes: BigInt(sum(rates) * BYTES_OF_MINUTE),
  reset: false,
  whole: true,
  ...own,
})
const boundsOf = (points: ChosenUsageBucket[], unplaced: CounterGrowth[]) =>
  computeTimeAboveRate({ points, unplaced, totalMs: points.length * 5 * MS_PER_MINUTE }, MBPS).out
const secondsAbove = (rates: readonly (readonly [number, number])[]) =>
  60 * rates.filter(([a, b]) => a + b > MBPS).length

it('bounds the time above one path by any course of the traffic between two polls', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }).chain((count) => minutes(count * 5)),
      (rates) => {
        const points = Array.from({ length: rates.length / 5 }, (_, n) => unseenPoint(n))
        const { atLeast, atMost } = boundsOf(points, [
          gap(
            0,
            rates.map(([a]) => a),
          ),
          gap(
            0,
            rates.map(([, b]) => b),
          ),
        ])
        const truth = secondsAbove(rates)
        // bounds are rounded to seconds
        expect(atLeast).toBeLessThanOrEqual(truth + 1)
        expect(atMost).toBeGreaterThanOrEqual(truth - 1)
      },
    ),
  )
})

it('bounds it by several gaps, and if one path is unknown or its counter was reset', () => {
  fc.assert(
    fc.property(minutes(20), fc.integer({ min: 1, max: 3 }), fc.boolean(), (rates, cut, isReset) => {
      const points = Array.from({ length: 4 }, (_, n) => unseenPoint(n))
      const parts = [rates.slice(0, cut * 5), rates.slice(cut * 5)] as const
      const first = parts[0].map(([a]) => a)
      const unplaced = [
        gap(0, first, { reset: isReset }),
        // the first part of the other path is unknown
        ...([0, 1] as const).map((path) =>
          gap(
            cut * 5,
            parts[1].map((pair) => pair[path]),
          ),
        ),
      ]
      const { atLeast, atMost } = boundsOf(points, unplaced)
      const truth = secondsAbove(rates)
      expect(atLeast).toBeLessThanOrEqual(truth + 1)
      expect(atMost).toBeGreaterThanOrEqual(truth - 1)
    }),
  )
})

it('counts a 5-minute mean that is known, and no gap in time that points cover', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2 * MBPS }), { minLength: 1, maxLength: 12 }), (means) => {
      const points = means.map((mean, n): ChosenUsageBucket => {
        const coveredMs = 5 * MS_PER_MINUTE
        return {
          start: n * coveredMs,
          in: { bytes: 0n, coveredMs, atLeast: false },
          out: { bytes: BigInt(mean * BYTES_OF_MINUTE * 5), coveredMs, atLeast: false },
          coveredMs,
          metricMs: 0,
        }
      })
      const seconds = 300 * means.filter((mean) => mean > MBPS).length
      const covered = [gap(0, Array<number>(means.length * 5).fill(MBPS))]
      expect(boundsOf(points, [])).toEqual({ atLeast: seconds, atMost: seconds })
      expect(boundsOf(points, covered)).toEqual({ atLeast: seconds, atMost: seconds })
    }),
  )
})
