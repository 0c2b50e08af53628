import { expect, it } from 'vitest'
import type { CostProjection } from '#lib/cost/api/index.ts'
import type { ApiUsagePoint } from '#lib/usage/api/index.ts'
import { computeCumulativeUsage } from './cumulative-usage.ts'

const projection = {
  month: { from: '2026-11-01T00:00:00.000Z', to: '2026-12-01T00:00:00.000Z' },
  forecast: { p10: '200', p50: '300', p90: '400' },
  breakEvenBytes: '900',
  gaps: [{ from: '2026-11-01T01:00:00.000Z', to: '2026-11-01T02:00:00.000Z', seconds: 3_600, atMostBytes: null }],
} as CostProjection
const hour = (n: number, bytesOut: string | null) =>
  ({ start: `2026-11-01T0${n}:00:00.000Z`, bytesOut }) as ApiUsagePoint
const now = Date.parse('2026-11-01T02:30:00Z')

it('adds hours up, and lies flat over one that is not known', () => {
  const { measured, gaps } = computeCumulativeUsage(projection, [hour(0, '10'), hour(1, null), hour(2, '5')], now)
  expect(measured.map(({ bytes }) => bytes)).toEqual([0, 10, 10, 15])
  expect(measured.at(-1)?.at).toBe(now)
  expect(gaps).toEqual([{ from: Date.parse('2026-11-01T01:00:00Z'), to: Date.parse('2026-11-01T02:00:00Z') }])
})

it('leaves other months out', () => {
  const before = { ...hour(1, '99'), start: '2026-10-31T23:00:00.000Z' }
  expect(computeCumulativeUsage(projection, [before, hour(1, '10')], now).measured.at(-1)?.bytes).toBe(10)
})

it('reaches up to the break-even, unless that lies far above', () => {
  expect(computeCumulativeUsage(projection, [], now).most).toBeCloseTo(954)
  expect(computeCumulativeUsage({ ...projection, breakEvenBytes: '90000' }, [], now).most).toBeCloseTo(480)
})
