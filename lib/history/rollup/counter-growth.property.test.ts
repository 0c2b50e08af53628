import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CounterGrowth,
  computeGrowths,
  MAX_GROWTH_SPREAD_MS,
  EMPTY_ROLLUP_STATE,
  type CounterPairSample,
} from './counter-growth.ts'
import { type UsageBuckets, placeIndivisibleGrowth, spreadGrowth } from './apportion-growth.ts'
import { computeBucketEnd, computeBucketStart, type UsageBucketLength, usageBucketLengths } from './rollup-steps.ts'

const START = Date.UTC(2026, 10, 29, 22)

interface Reading {
  gapMs: number
  lengthMs: number
  grew: bigint
  reset: boolean
  silent: boolean
}

/** Polls about a minute apart, some after a long pause, with counters that grow, reset, or are not reported. */
const series: fc.Arbitrary<CounterPairSample[]> = fc
  .array(
    fc.record<Reading>({
      gapMs: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 90_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: 120_000, max: 50 * 3_600_000 }) },
      ),
      lengthMs: fc.integer({ min: 1, max: 20_000 }),
      grew: fc.bigInt({ min: 0n, max: 2n ** 45n }),
      reset: fc.integer({ min: 0, max: 14 }).map((n) => n === 0),
      silent: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 60, size: 'max' },
  )
  .map((readings) => {
    let at = START
    let count = 2n ** 62n
    return readings.map(({ gapMs, lengthMs, grew, reset, silent }) => {
      const startedAt = at + gapMs
      at = startedAt + lengthMs
      count = reset ? grew : count + grew
      const value = silent ? null : count
      return { startedAt, finishedAt: at, bytesIn: value, bytesOut: value, afterGap: gapMs > 90_000 }
    })
  })

const fold = (samples: readonly CounterPairSample[]) => computeGrowths(EMPTY_ROLLUP_STATE, samples).growths
const total = (growths: readonly CounterGrowth[], direction: 'in' | 'out' = 'out') =>
  growths.filter((growth) => growth.direction === direction).reduce((sum, { bytes }) => sum + bytes, 0n)
const inBuckets = (buckets: UsageBuckets) => [...buckets.values()].reduce((sum, { out }) => sum + out.bytes, 0n)

/** Returns the growth by the counter itself: the sum of its increases. */
function trueGrowth(samples: readonly CounterPairSample[]): bigint {
  const values = samples.flatMap(({ bytesOut }) => (bytesOut === null ? [] : [bytesOut]))
  return values.slice(1).reduce((sum, now, i) => {
    const before = values[i] ?? 0n
    return sum + (now >= before ? now - before : 0n)
  }, 0n)
}

const runs = { numRuns: 150 }
const step = fc.constantFrom<UsageBucketLength>(...usageBucketLengths)

describe('laws of growth', () => {
  it('nothing is invented and nothing is lost: all growth is the counter’s own', () => {
    fc.assert(
      fc.property(series, (samples) => {
        expect(total(fold(samples))).toBe(trueGrowth(samples))
      }),
      runs,
    )
  })

  it('no more passed than the port carries', () => {
    fc.assert(
      fc.property(series, fc.constantFrom(50, 1_000, 100_000), (samples, mbps) => {
        const growths = fold(samples.map((sample) => ({ ...sample, mbps })))
        for (const { from, to, bytes, reset } of growths) {
          expect(Number(bytes)).toBeLessThanOrEqual(mbps * 125 * (to - from + 60_000))
          expect(reset && bytes > 0n).toBe(false)
        }
        expect(total(growths) <= trueGrowth(samples)).toBe(true)
      }),
      runs,
    )
  })

  it('buckets of every step and what they can’t place add up to it', () => {
    fc.assert(
      fc.property(series, step, (samples, name) => {
        const growths = fold(samples)
        const buckets = spreadGrowth(growths, name)
        const unplaced = placeIndivisibleGrowth(growths, name, buckets)
        expect(inBuckets(buckets) + total(unplaced)).toBe(trueGrowth(samples))
      }),
      runs,
    )
  })

  it('the finer buckets of a coarser one add up to it, byte for byte and millisecond for millisecond', () => {
    fc.assert(
      fc.property(series, fc.constantFrom<UsageBucketLength>('hour', 'day', 'month'), (samples, name) => {
        const growths = fold(samples)
        const sums = new Map<number, { bytes: bigint; coveredMs: number; atLeast: boolean }>()
        for (const { start, out } of spreadGrowth(growths, '5m').values()) {
          const key = computeBucketStart(name, start)
          const sum = sums.get(key) ?? { bytes: 0n, coveredMs: 0, atLeast: false }
          sums.set(key, {
            bytes: sum.bytes + out.bytes,
            coveredMs: sum.coveredMs + out.coveredMs,
            atLeast: sum.atLeast || out.atLeast,
          })
        }
        const coarse = [...spreadGrowth(growths, name).values()].map(({ start, out }) => [start, out] as const)
        expect(new Map(coarse)).toEqual(sums)
      }),
      runs,
    )
  })

  it('covered time never exceeds the bucket, and is the time between readings without a reset', () => {
    fc.assert(
      fc.property(series, step, (samples, name) => {
        const growths = fold(samples)
        const buckets = spreadGrowth(growths, name)
        const unplaced = placeIndivisibleGrowth(growths, name, buckets)
        for (const { start, out } of buckets.values()) {
          expect(out.coveredMs).toBeLessThanOrEqual(computeBucketEnd(name, start) - start)
          expect(out.bytes).toBeGreaterThanOrEqual(0n)
        }
        const lengthOf = (list: readonly CounterGrowth[]) =>
          list
            .filter(({ direction, reset }) => direction === 'out' && !reset)
            .reduce((sum, { from, to }) => sum + to - from, 0)
        const covered = [...buckets.values()].reduce((sum, { out }) => sum + out.coveredMs, 0)
        expect(covered + lengthOf(unplaced)).toBe(lengthOf(growths))
      }),
      runs,
    )
  })

  it('samples folded in pieces, some of them again, come to the same', () => {
    fc.assert(
      fc.property(series, fc.nat(), fc.nat({ max: 5 }), (samples, cut, back) => {
        const at = cut % (samples.length + 1)
        const first = computeGrowths(EMPTY_ROLLUP_STATE, samples.slice(0, at))
        const second = computeGrowths(first.state, samples.slice(Math.max(0, at - back)))
        const all = computeGrowths(EMPTY_ROLLUP_STATE, samples)
        expect([...first.growths, ...second.growths]).toEqual(all.growths)
        expect(second.state).toEqual(all.state)
      }),
      runs,
    )
  })

  it('each part of a divided growth is within a byte of its share of the time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: MAX_GROWTH_SPREAD_MS }),
        fc.integer({ min: 0, max: 3_600_000 }),
        fc.bigInt({ min: 0n, max: 2n ** 60n }),
        (length, offset, bytes) => {
          const from = START + offset
          const to = from + length
          const parts = spreadGrowth([{ direction: 'out', from, to, bytes, reset: false, whole: false }], '5m')
          for (const { start, out } of parts.values()) {
            const share = BigInt(Math.min(start + 300_000, to) - Math.max(start, from))
            const error = out.bytes * BigInt(length) - bytes * share
            expect(error < BigInt(length) && error > -BigInt(length)).toBe(true)
          }
        },
      ),
      runs,
    )
  })
})
