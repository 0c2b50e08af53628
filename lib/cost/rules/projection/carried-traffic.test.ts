import { describe, expect, it } from 'vitest'
import type { UsageHour } from '../usage/billed-usage.ts'
import { computeCarriedTraffic } from './carried-traffic.ts'
import { setTrafficRiseFactors } from './failover-traffic.ts'

const [HOUR, DAY] = [3_600_000, 86_400_000]
const NOW = Date.UTC(2026, 10, 1)

type MbpsAt = (daysAgo: number) => number
const none = () => 0

/** Returns hours of the last days with the given Mb/s. */
const hoursOf = (days: number, out: MbpsAt, into: MbpsAt): UsageHour[] =>
  Array.from({ length: days * 24 }, (_, i) => {
    const start = NOW - days * DAY + i * HOUR
    const bytes = (at: MbpsAt) => BigInt(Math.round((at((NOW - start) / DAY) * 1e6 * 3_600) / 8))
    return { start, bytesOut: bytes(out), bytesIn: bytes(into), coveredSeconds: 3_600, metricSeconds: 0 }
  })
const of = (days: number, out: MbpsAt, into: MbpsAt = none) =>
  computeCarriedTraffic({ hours: hoursOf(days, out, into), unplaced: [], globalReach: null, bandwidthMbps: 1_000 }, NOW)

describe('what a circuit carries, and may come to carry', () => {
  it.each([
    { name: 'always the same', mbpsAt: () => 100, past: 100, growth: 1, rise: 1 },
    { name: 'a holiday these 30 days', mbpsAt: (ago: number) => (ago <= 30 ? 50 : 100), past: 100, growth: 1, rise: 2 },
    {
      name: 'a transfer of half a day, 100 days ago',
      mbpsAt: (ago: number) => (ago <= 100 && ago > 99.5 ? 300 : 100),
      past: 300,
      growth: 1,
      rise: 1.03,
    },
    // compared over eight weeks: 1.01 ** 52 in a year
    {
      name: 'a hundredth more each week',
      mbpsAt: (ago: number) => 100 * 1.01 ** (-ago / 7),
      past: 100,
      growth: 1.68,
      rise: 1.68,
    },
    {
      name: 'four times as much at once: no more than that',
      mbpsAt: (ago: number) => (ago <= 30 ? 100 : 25),
      past: 100,
      growth: 4,
      rise: 4,
    },
  ])('$name', ({ mbpsAt, past, growth, rise }) => {
    const carried = of(180, mbpsAt)
    expect(carried?.pastHourMbps).toBeCloseTo(past, 0)
    expect(carried?.growth).toBeCloseTo(growth, 2)
    expect(carried?.rise.out).toBeCloseTo(rise, 2)
  })

  it('goes on growing behind a holiday', () => {
    const carried = of(180, (ago) => (ago <= 21 ? 50 : 100) * 1.01 ** (-ago / 7))
    expect(carried?.growth).toBeGreaterThan(1.5)
  })

  it('rises in each direction by itself', () => {
    const away: MbpsAt = (ago) => (ago <= 30 ? 40 : 80)
    // steady and larger traffic into Azure, so that the larger direction of an hour hides the holiday in the other
    // direction
    expect(of(180, away, () => 90)?.rise).toEqual({ in: 1, out: expect.closeTo(2, 2) })
    // 30 Mb/s that double in a year, in addition to 50 that stay constant
    const carried = of(
      180,
      () => 50,
      (ago) => 30 * 2 ** (-ago / 364),
    )
    expect(50 * (carried?.growth ?? 0)).toBeCloseTo(60, 0)
  })

  it('rises by its mean, too: two holidays, one after the other, lower no p95 but that of both together', () => {
    const firstHalf: MbpsAt = (ago) => (ago <= 15 ? 50 : 100)
    expect(of(180, firstHalf)?.rise.out).toBeCloseTo(100 / 75, 2)
  })

  it('is what these 30 days say while no more is known', () => {
    expect(of(30, () => 100)).toMatchObject({ pastHourMbps: 100, growth: 1, rise: { in: 1, out: 1 } })
    expect(of(10, () => 100)).toBeNull()
  })

  it('is the most that any of those that are lost may rise in a direction, for what it takes over', () => {
    const loss = {
      term: 'b',
      name: 'b',
      path: 'primary',
      direction: 'out',
      atMostBitsPerSecond: 1,
      rise: null,
    } as const
    const taken = {
      at: 0,
      isUnsure: false,
      losses: [
        { ...loss, circuits: ['b'] },
        { ...loss, circuits: ['b'], direction: 'in' as const },
        { ...loss, circuits: ['b', 'c'] },
      ],
    }
    const rises = new Map([
      ['a', { in: 1.2, out: 1.1 }],
      ['b', { in: 1, out: 1.5 }],
    ])
    expect(setTrafficRiseFactors(taken, 'a', rises).losses.map(({ rise }) => rise)).toEqual([1.5, 1.2, null])
    expect(setTrafficRiseFactors(taken, 'd', rises).losses.map(({ rise }) => rise)).toEqual([null, null, null])
  })
})
