import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { CounterGrowth, ChosenUsageBucket } from '#lib/history/index.ts'
import { computeTimeAboveRate } from './time-above.ts'

/** Returns the bytes of a minute at a rate. */
const minuteAt = (mbps: number) => BigInt(mbps) * 7_500_000n
const HOUR = 60

/** Returns a 5-minute point of both paths together with a rate out of Azure in Mbit/s, and no traffic into Azure. */
const point = (n: number, mbps: number, about: { coveredMin?: number; atLeast?: boolean } = {}): ChosenUsageBucket => {
  const { coveredMin = 5, atLeast = false } = about
  const coveredMs = coveredMin * MS_PER_MINUTE
  return {
    start: n * 5 * MS_PER_MINUTE,
    in: { bytes: 0n, coveredMs, atLeast: false },
    out: { bytes: minuteAt(mbps) * BigInt(coveredMin), coveredMs, atLeast },
    coveredMs,
    metricMs: 0,
  }
}
const unseen = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => point(from + i, 0, { coveredMin: 0 }))

/** Returns the growth of one path over minutes without a poll. */
const gap = (fromMin: number, toMin: number, mbps: number, reset = false): CounterGrowth => ({
  direction: 'out',
  from: fromMin * MS_PER_MINUTE,
  to: toMin * MS_PER_MINUTE,
  bytes: minuteAt(mbps) * BigInt(toMin - fromMin),
  reset,
  whole: true,
})
const above = (points: ChosenUsageBucket[], unplaced: CounterGrowth[] = []) =>
  computeTimeAboveRate({ points, unplaced, totalMs: points.length * 5 * MS_PER_MINUTE }, 1_000)

describe('time above the bandwidth of one path', () => {
  it('counts the points whose mean is above it, by direction', () => {
    expect(above([point(0, 900), point(1, 1_100), point(2, 1_000), point(3, 1_900)])).toEqual({
      bandwidthMbps: 1_000,
      in: { atLeast: 0, atMost: 0 },
      out: { atLeast: 600, atMost: 600 },
      coveredSeconds: 1_200,
      seconds: 1_200,
    })
  })

  it('counts no more of a point than what is covered of it', () => {
    expect(above([point(0, 1_500, { coveredMin: 2 })])).toMatchObject({
      out: { atLeast: 120, atMost: 120 },
      coveredSeconds: 120,
      seconds: 300,
    })
  })

  it('bounds a long time between two polls by what both paths can carry', () => {
    // an hour with an average of 1.5 times the rate of one path was above it for at least half of the hour
    const paths = [gap(0, HOUR, 1_000), gap(0, HOUR, 500)]
    expect(above(unseen(0, 12), paths).out).toEqual({ atLeast: 1_800, atMost: 3_600 })
  })

  it('can’t rule out a burst in a long time of less than one path, nor more than its bytes allow', () => {
    const paths = [gap(0, HOUR, 150), gap(0, HOUR, 100)]
    expect(above(unseen(0, 12), paths).out).toEqual({ atLeast: 0, atMost: 900 })
  })

  it('takes a time that metrics show from there, and only the rest of it from the counters', () => {
    const paths = [gap(0, HOUR, 500), gap(0, HOUR, 500)]
    const points = [...Array.from({ length: 6 }, (_, n) => point(n, 500)), ...unseen(6, 6)]
    expect(above(points, paths).out).toEqual({ atLeast: 0, atMost: 1_800 })
  })

  it('leaves it open where one path is not known, or a counter was reset', () => {
    expect(above(unseen(0, 12), [gap(0, HOUR, 100)]).out).toEqual({ atLeast: 0, atMost: 3_600 })
    expect(above(unseen(0, 12), [gap(0, HOUR, 100), gap(0, HOUR, 100, true)]).out.atMost).toBe(3_600)
    expect(above([point(0, 900, { atLeast: true })]).out).toEqual({ atLeast: 0, atMost: 300 })
    expect(above([point(0, 1_100, { atLeast: true })]).out).toEqual({ atLeast: 300, atMost: 300 })
  })

  it('counts nothing of what nobody saw', () => {
    expect(above(unseen(0, 3))).toMatchObject({ out: { atLeast: 0, atMost: 0 }, coveredSeconds: 0, seconds: 900 })
  })
})
