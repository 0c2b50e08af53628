import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { computeChurnPerMinute } from './churn-step.ts'
import {
  intersectTimeIntervals,
  sumCoveredMs,
  type TimeInterval,
  mergeTimeIntervals,
  subtractTimeIntervals,
} from '#lib/contract/time/time-spans.ts'

describe('churn per minute', () => {
  const step = { announced: 0, withdrawn: 0, changed: 0, coveredSeconds: 0 }
  it('counts covered minutes only', () => {
    const points = [
      { ...step, start: 0, announced: 1, withdrawn: 1, changed: 1, coveredSeconds: 360 },
      { ...step, start: 15 * MS_PER_MINUTE },
    ]
    expect(computeChurnPerMinute(points)).toBe(0.5)
  })
  it('nothing covered has no rate', () => {
    expect(computeChurnPerMinute([{ ...step, start: 0 }])).toBeNull()
  })
})

describe('covered intervals', () => {
  const interval = fc
    .tuple(fc.integer({ min: -50, max: 1050 }), fc.integer({ min: -10, max: 300 }))
    .map(([from, length]): TimeInterval => ({ from, to: from + length }))

  it('are exactly the instants in any of the intervals', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 8 }), (intervals) => {
        const isCovered = (at: number) => intervals.some(({ from, to }) => from <= at && at < to)
        const instants = Array.from({ length: 1000 }, (_, at) => at).filter(isCovered).length
        expect(sumCoveredMs(mergeTimeIntervals(intervals), 0, 1000)).toBe(instants)
      }),
    )
  })

  it('what is left of a span are the instants in none of them', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 8 }), (intervals) => {
        const covered = sumCoveredMs(mergeTimeIntervals(intervals), 0, 1000)
        const left = subtractTimeIntervals({ from: 0, to: 1000 }, intervals)
        expect(sumCoveredMs(left, 0, 1000)).toBe(1000 - covered)
        expect(left).toEqual(mergeTimeIntervals(left))
        expect(intersectTimeIntervals(left, mergeTimeIntervals(intervals))).toEqual([])
      }),
    )
  })

  it('intervals that touch are one', () => {
    const halves = [
      { from: 5, to: 9 },
      { from: 0, to: 5 },
    ]
    expect(mergeTimeIntervals(halves)).toEqual([{ from: 0, to: 9 }])
  })

  it('a union is disjoint, ascending, and does not change by being taken again', () => {
    fc.assert(
      fc.property(fc.array(interval), (intervals) => {
        const union = mergeTimeIntervals(intervals)
        for (const [i, { from, to }] of union.entries()) {
          expect(from).toBeLessThan(to)
          expect(union[i + 1]?.from ?? Number.POSITIVE_INFINITY).toBeGreaterThan(to)
        }
        expect(mergeTimeIntervals([...union].reverse())).toEqual(union)
      }),
    )
  })
})
