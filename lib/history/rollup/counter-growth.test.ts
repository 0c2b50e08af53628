import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { computeGrowths, EMPTY_ROLLUP_STATE, type CounterPairSample } from './counter-growth.ts'
import { placeIndivisibleGrowth, spreadGrowth } from './apportion-growth.ts'

const NINE = Date.UTC(2026, 10, 20, 9)

const sample = (minutes: number, bytes: bigint | null, afterGap = false): CounterPairSample => ({
  startedAt: NINE + minutes * MS_PER_MINUTE,
  finishedAt: NINE + minutes * MS_PER_MINUTE,
  bytesIn: bytes,
  bytesOut: null,
  afterGap,
})
const growths = (...samples: CounterPairSample[]) => computeGrowths(EMPTY_ROLLUP_STATE, samples).growths
const growth = (from: number, to: number, bytes: bigint, rest = {}) => ({
  direction: 'in',
  from: NINE + from * MS_PER_MINUTE,
  to: NINE + to * MS_PER_MINUTE,
  bytes,
  reset: false,
  whole: false,
  ...rest,
})

describe('growth between readings', () => {
  it('the first reading gives no growth', () => {
    expect(growths(sample(0, 5n))).toEqual([])
  })

  it('is the difference, exact beyond 2^53', () => {
    expect(growths(sample(0, 2n ** 60n), sample(1, 2n ** 60n + 1n))).toEqual([growth(0, 1, 1n)])
  })

  it('over a fall is not known, however much the counter shows since', () => {
    expect(growths(sample(0, 100n), sample(1, 30n), sample(2, 50n))).toEqual([
      growth(0, 1, 0n, { reset: true }),
      growth(1, 2, 20n),
    ])
  })

  it('a fall from near 2^64 is no wrap', () => {
    expect(growths(sample(0, 2n ** 64n - 1n), sample(1, 9n))).toEqual([growth(0, 1, 0n, { reset: true })])
  })

  it('a reading without a value is passed over', () => {
    expect(growths(sample(0, 1n), sample(1, null), sample(2, 5n))).toEqual([growth(0, 2, 4n)])
  })

  it('over a gap is kept whole, also when the first reading after it had no value', () => {
    expect(growths(sample(0, 1n), sample(9, 5n, true))).toEqual([growth(0, 9, 4n, { whole: true })])
    expect(growths(sample(0, 1n), sample(9, null, true), sample(10, 5n))).toEqual([growth(0, 10, 4n, { whole: true })])
    expect(growths(sample(0, 1n), sample(25, 5n))).toEqual([growth(0, 25, 4n, { whole: true })])
  })

  it('the middle of a poll stands for it', () => {
    const slow = { startedAt: NINE, finishedAt: NINE + 9_001, bytesIn: 1n, bytesOut: 2n, afterGap: false }
    const [first] = growths(slow, sample(1, 3n))
    expect(first).toMatchObject({ from: NINE + 4_500, to: NINE + MS_PER_MINUTE, bytes: 2n })
  })
})

describe('buckets', () => {
  it('a poll over a border is divided by time, and the rest goes to the later part', () => {
    const buckets = spreadGrowth(growths(sample(4, 0n), sample(7, 100n)), '5m')
    expect([...buckets.values()].map(({ in: flow }) => [flow.bytes, flow.coveredMs])).toEqual([
      [33n, MS_PER_MINUTE],
      [67n, 2 * MS_PER_MINUTE],
    ])
  })

  it('a gap inside the hour is known for the hour, and not for its 5-minute buckets', () => {
    const list = growths(sample(0, 0n), sample(1, 10n), sample(31, 70n, true), sample(32, 80n))
    const fine = spreadGrowth(list, '5m')
    expect(placeIndivisibleGrowth(list, '5m', fine)).toHaveLength(1)
    expect([...fine.values()].map(({ in: flow }) => [flow.bytes, flow.coveredMs])).toEqual([
      [10n, MS_PER_MINUTE],
      [10n, MS_PER_MINUTE],
    ])
    const hour = spreadGrowth(list, 'hour')
    expect(placeIndivisibleGrowth(list, 'hour', hour)).toEqual([])
    expect(hour.get(NINE)?.in).toEqual({ bytes: 80n, coveredMs: 32 * MS_PER_MINUTE, atLeast: false })
  })

  it('a gap over midnight belongs to no day, and to its month', () => {
    const list = growths(sample(0, 0n), sample(20 * 60, 50n, true))
    expect(placeIndivisibleGrowth(list, 'day', new Map())).toHaveLength(1)
    const month = spreadGrowth(list, 'month')
    expect(placeIndivisibleGrowth(list, 'month', month)).toEqual([])
    expect(month.get(Date.UTC(2026, 10, 1))?.in.bytes).toBe(50n)
  })

  it('the seconds of a reset are not covered, and the bucket says that it is a lower bound', () => {
    const buckets = spreadGrowth(growths(sample(0, 100n), sample(1, 30n), sample(2, 50n)), '5m')
    expect(buckets.get(NINE)?.in).toEqual({ bytes: 20n, coveredMs: MS_PER_MINUTE, atLeast: true })
  })

  it('two readings of one moment put their growth there', () => {
    const buckets = spreadGrowth(
      [{ direction: 'in', from: NINE, to: NINE, bytes: 7n, reset: false, whole: false }],
      'hour',
    )
    expect(buckets.get(NINE)?.in).toEqual({ bytes: 7n, coveredMs: 0, atLeast: false })
  })
})
