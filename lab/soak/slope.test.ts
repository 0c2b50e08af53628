import fc from 'fast-check'
import { expect, it } from 'vitest'
import { growthPerDay, computeSettledGrowthPerDay } from './slope.ts'

it('is that of the line through points on a line', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1_000, max: 1_000 }),
      fc.integer({ min: -1_000, max: 1_000 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 10_000 }), { minLength: 3, maxLength: 40 }),
      (slope, start, days) => {
        const points = days.map((n) => ({ day: n / 100, value: start + (slope * n) / 100 }))
        const growth = growthPerDay(points)
        expect(growth?.perDay).toBeCloseTo(slope, 6)
        expect(growth?.error).toBeCloseTo(0, 6)
      },
    ),
  )
})

it('by hand: 1, 2 and 6 on three days grow by 2.5 a day, and are off by 0.5, -1 and 0.5', () => {
  const points = [1, 2, 6].map((value, day) => ({ day, value }))
  expect(growthPerDay(points)).toEqual({ perDay: 2.5, error: Math.sqrt(1.5 / 1 / 2) })
})

it('is unknown of two points, and of points of one time', () => {
  expect(growthPerDay([1, 2].map((value, day) => ({ day, value })))).toBeNull()
  expect(growthPerDay([1, 2, 3].map((value) => ({ day: 1, value })))).toBeNull()
})

it('leaves out the first third, in which caches fill', () => {
  const values = [0, 50, 100, 100, 100, 100, 100, 100, 100]
  expect(computeSettledGrowthPerDay(values.map((value, day) => ({ day, value })))).toEqual({ perDay: 0, error: 0 })
})
