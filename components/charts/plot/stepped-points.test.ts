import { expect, it } from 'vitest'
import { buildSteppedPoints } from './stepped-points.ts'

const column = (from: number, to: number, rate: number | null) => ({ from, to, rate })
const pointsOf = (columns: ReturnType<typeof column>[]) =>
  buildSteppedPoints(columns, ({ rate }) => ({ rate })).map(({ x, rate }) => [x, rate])

it('columns that meet are one point each, and the last reaches to its end', () => {
  expect(pointsOf([column(0, 10, 1), column(10, 20, 2)])).toEqual([
    [0, 1],
    [10, 2],
    [20, 2],
  ])
})

it('a column before an unknown one is as wide as it lasted, and no line crosses what is unknown', () => {
  expect(pointsOf([column(0, 10, 1), column(10, 20, null), column(20, 30, 0)])).toEqual([
    [0, 1],
    [10, 1],
    [10, null],
    [20, null],
    [20, 0],
    [30, 0],
  ])
})

it('a hole between columns breaks the line', () => {
  expect(pointsOf([column(0, 10, 1), column(40, 50, 1)])).toEqual([
    [0, 1],
    [10, 1],
    [10, null],
    [40, 1],
    [50, 1],
  ])
})
