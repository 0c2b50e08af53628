import { expect, it } from 'vitest'
import type { CumulativeUsage } from './cumulative-usage.ts'
import { buildCumulativePoints } from './cumulative-points.ts'

const line: CumulativeUsage = {
  from: 0,
  to: 100,
  measured: [
    { at: 0, bytes: 0 },
    { at: 10, bytes: 5 },
  ],
  end: { p10: 30, p50: 50, p90: 80 },
  breakEven: null,
  most: 90,
  gaps: [],
}

it('goes on from the last measured point to the end of the month', () => {
  expect(buildCumulativePoints(line)).toEqual([
    { at: 0, measured: 0, likely: null, band: null },
    { at: 10, measured: 5, likely: 5, band: [5, 5] },
    { at: 100, measured: null, likely: 50, band: [30, 80] },
  ])
})

it.each([
  ['without a forecast', { ...line, end: null }],
  ['of a month that is over', { ...line, to: 10 }],
])('%s has only what was measured', (_, one) => {
  expect(buildCumulativePoints(one).map(({ likely }) => likely)).toEqual([null, null])
})
