import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  addUsageSourceDifferences,
  chooseUsageSource,
  composeMixedBucket,
  compareUsageSources,
  areShorterBucketsNeeded,
  sumCircuitBuckets,
  sumPathBuckets,
  type UsageBucketBySource,
} from './choose-usage-source.ts'
import type { UsageBucket } from './apportion-growth.ts'

const bucket = (bytes: number, coveredMs: number, atLeast = false): UsageBucket => {
  const flow = { bytes: BigInt(bytes), coveredMs, atLeast }
  return { start: 0, in: flow, out: flow }
}
const measured = (counter: UsageBucket | null, metric: UsageBucket | null): UsageBucketBySource => ({
  start: 0,
  counter,
  metric,
})
const shown = ({ out, coveredMs, metricMs }: ReturnType<typeof chooseUsageSource>) => [
  Number(out.bytes),
  coveredMs,
  metricMs,
]

describe('counters or metrics', () => {
  it.each([
    ['neither knows', measured(null, null), [0, 0, 0]],
    ['only counters', measured(bucket(7, 10), null), [7, 10, 0]],
    ['only metrics', measured(null, bucket(8, 10)), [8, 10, 10]],
    ['both cover as much', measured(bucket(7, 10), bucket(8, 10)), [7, 10, 0]],
    ['counters cover more', measured(bucket(7, 10), bucket(8, 9)), [7, 10, 0]],
    ['metrics cover more', measured(bucket(7, 9), bucket(8, 10)), [8, 10, 10]],
    ['neither covers any, and metrics are at least so many', measured(bucket(7, 0), bucket(9, 0, true)), [9, 0, 0]],
    ['counters cover some, and metrics are at least so many', measured(bucket(7, 1), bucket(9, 0, true)), [7, 1, 0]],
  ])('%s', (_, one, expected) => expect(shown(chooseUsageSource(one))).toEqual(expected))

  it('a bucket is mixed where counters cover a part and metrics more', () => {
    expect(areShorterBucketsNeeded(measured(bucket(1, 5), bucket(1, 9)))).toBe(true)
    expect(areShorterBucketsNeeded(measured(bucket(1, 9), bucket(1, 9)))).toBe(false)
    expect(areShorterBucketsNeeded(measured(bucket(0, 0), bucket(1, 9)))).toBe(false)
    expect(areShorterBucketsNeeded(measured(bucket(1, 9), null))).toBe(false)
  })

  it('a mixed bucket is the sum of its finer ones', () => {
    const finer = [
      chooseUsageSource(measured(bucket(10, MS_PER_HOUR), null)),
      chooseUsageSource(measured(null, bucket(11, MS_PER_HOUR))),
    ]
    expect(shown(composeMixedBucket(measured(bucket(10, MS_PER_HOUR), bucket(22, 2 * MS_PER_HOUR)), finer))).toEqual([
      21,
      2 * MS_PER_HOUR,
      MS_PER_HOUR,
    ])
  })

  it('unless the counters cover more as a whole, over a gap inside', () => {
    const finer = [chooseUsageSource(measured(bucket(10, MS_PER_HOUR), null))]
    expect(
      shown(composeMixedBucket(measured(bucket(25, 2 * MS_PER_HOUR), bucket(99, 3 * MS_PER_HOUR)), finer)),
    ).toEqual([99, 3 * MS_PER_HOUR, 3 * MS_PER_HOUR])
    expect(shown(composeMixedBucket(measured(bucket(25, 2 * MS_PER_HOUR), bucket(99, MS_PER_HOUR)), finer))).toEqual([
      25,
      2 * MS_PER_HOUR,
      0,
    ])
  })
})

describe('paths', () => {
  it('add up, and cover what each of them does', () => {
    expect(sumPathBuckets(0, [bucket(3, 10), bucket(4, 6, true)])?.out).toEqual({
      bytes: 7n,
      coveredMs: 6,
      atLeast: true,
    })
  })
  it('one that knows nothing leaves the sum unknown', () => {
    expect(sumPathBuckets(0, [bucket(3, 10), undefined])?.out.coveredMs).toBe(0)
  })
  it('of a circuit add up where both came; what came of one, or without its path, is a bound', () => {
    const sum = (...buckets: [string, UsageBucket][]) => sumCircuitBuckets(0, new Map(buckets))?.out
    expect(sum(['primary', bucket(3, 10)], ['secondary', bucket(4, 10)])?.bytes).toBe(7n)
    expect(sum(['primary', bucket(3, 10)], ['', bucket(4, 10)])).toEqual({ bytes: 4n, coveredMs: 0, atLeast: true })
    expect(sum(['role/a', bucket(3, 10)], ['role/b', bucket(4, 10)])?.bytes).toBe(7n)
    expect(sum(['role/a', bucket(3, 10)], ['other', bucket(4, 10)])).toMatchObject({ bytes: 3n, coveredMs: 0 })
    expect(sum(['', bucket(0, 10)])).toEqual({ bytes: 0n, coveredMs: 0, atLeast: false })
  })
  it('none at all are no bucket', () => expect(sumPathBuckets(0, [])).toBeNull())
})

describe('disagreement', () => {
  it('is over the time that counters cover', () => {
    const found = compareUsageSources(measured(bucket(1_000, MS_PER_HOUR), bucket(1_020, MS_PER_HOUR)))
    expect(found?.out).toEqual({ comparedMs: MS_PER_HOUR, counterBytes: 1_000n, metricBytes: 1_020n })
    const scaled = compareUsageSources(measured(bucket(1_000, MS_PER_HOUR), bucket(980, MS_PER_HOUR * 0.98)))
    expect(scaled?.out.metricBytes).toBe(1_000n)
  })
  it.each([
    ['one is silent', measured(bucket(1, MS_PER_HOUR), null)],
    ['they cover different times', measured(bucket(1, MS_PER_HOUR), bucket(1, MS_PER_HOUR / 2))],
    ['a reset fell in', measured(bucket(1, MS_PER_HOUR, true), bucket(1, MS_PER_HOUR))],
    [
      'a reset fell in one direction',
      measured({ ...bucket(1, MS_PER_HOUR), in: bucket(1, MS_PER_HOUR, true).in }, bucket(1, MS_PER_HOUR)),
    ],
    ['nothing is covered', measured(bucket(0, 0), bucket(0, 0))],
  ])('none where %s', (_, one) => expect(compareUsageSources(one)).toBeNull())
  it('of several buckets adds up', () => {
    const one = compareUsageSources(measured(bucket(1_000, MS_PER_HOUR), bucket(1_020, MS_PER_HOUR)))
    expect(addUsageSourceDifferences(one ? [one, one] : [])?.in).toEqual({
      comparedMs: 2 * MS_PER_HOUR,
      counterBytes: 2_000n,
      metricBytes: 2_040n,
    })
    expect(addUsageSourceDifferences([])).toBeNull()
  })
})
