import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countBuckets,
  computeBucketEnd,
  computeBucketStart,
  listBucketStarts,
  usageBucketLengths,
} from './rollup-steps.ts'

const moment = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) })
const step = fc.constantFrom(...usageBucketLengths)

describe('buckets', () => {
  it.each([
    ['5m', '2026-11-20T03:12:34.567Z', '2026-11-20T03:10:00Z', '2026-11-20T03:15:00Z'],
    ['hour', '2026-11-20T03:59:59.999Z', '2026-11-20T03:00:00Z', '2026-11-20T04:00:00Z'],
    ['day', '2026-11-20T23:59:59.999Z', '2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
    ['month', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['month', '2028-02-29T12:00:00Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
  ] as const)('%s of %s', (name, at, from, to) => {
    const start = computeBucketStart(name, Date.parse(at))
    expect([start, computeBucketEnd(name, start)]).toEqual([Date.parse(from), Date.parse(to)])
  })

  it('tile time: each moment lies in one bucket, and buckets meet', () => {
    fc.assert(
      fc.property(step, moment, fc.integer({ min: 1, max: 3 * 86_400_000 }), (name, from, length) => {
        const starts = listBucketStarts(name, from, from + length)
        expect(starts.length).toBe(countBuckets(name, from, from + length))
        expect(starts[0]).toBeLessThanOrEqual(from)
        expect(computeBucketEnd(name, starts.at(-1) ?? 0)).toBeGreaterThanOrEqual(from + length)
        for (const [i, start] of starts.entries()) {
          expect(computeBucketStart(name, start)).toBe(start)
          if (i > 0) expect(computeBucketEnd(name, starts[i - 1] ?? 0)).toBe(start)
        }
      }),
      { numRuns: 60 },
    )
  })

  it.each(usageBucketLengths)('that end where the next one begins are one: %s', (name) => {
    const start = computeBucketStart(name, Date.UTC(2026, 11, 31))
    expect(countBuckets(name, start, computeBucketEnd(name, start))).toBe(1)
  })

  it('of an empty range are none', () => {
    expect(countBuckets('hour', 5, 5)).toBe(0)
    expect(listBucketStarts('hour', 5, 5)).toEqual([])
  })
})
