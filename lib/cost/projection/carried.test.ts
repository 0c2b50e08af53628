import { describe, expect, it } from 'vitest'
import type { UsageHour } from '../usage/billed.ts'
import { carriedOf } from './carried.ts'
import { withRises } from './take-over.ts'

const [HOUR, DAY] = [3_600_000, 86_400_000]
const NOW = Date.UTC(2026, 10, 1)

/** Hours of days before now, by Mb/s. */
const hoursOf = (days: number, mbpsAt: (daysAgo: number) => number): UsageHour[] =>
  Array.from({ length: days * 24 }, (_, i) => {
    const start = NOW - days * DAY + i * HOUR
    const bytesOut = BigInt(Math.round((mbpsAt((NOW - start) / DAY) * 1e6 * 3_600) / 8))
    return { start, bytesOut, bytesIn: 0n, coveredSeconds: 3_600, metricSeconds: 0 }
  })
const of = (days: number, mbpsAt: (daysAgo: number) => number) =>
  carriedOf({ hours: hoursOf(days, mbpsAt), unplaced: [], globalReach: null, bandwidthMbps: 1_000 }, NOW)

describe('what a circuit carries, and may come to carry', () => {
  it.each([
    { name: 'always the same', mbpsAt: () => 100, past: 100, growth: 1, rise: 1 },
    { name: 'a holiday these 30 days', mbpsAt: (ago: number) => (ago <= 30 ? 50 : 100), past: 100, growth: 1, rise: 2 },
    {
      name: 'a transfer of half a day, 100 days ago',
      mbpsAt: (ago: number) => (ago <= 100 && ago > 99.5 ? 300 : 100),
      past: 300,
      growth: 1,
      rise: 1,
    },
    // eight weeks lie between: 1.01 ** 52 in a year
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
    expect(carried?.rise).toBeCloseTo(rise, 2)
  })

  it('goes on growing behind a holiday', () => {
    const carried = of(180, (ago) => (ago <= 21 ? 50 : 100) * 1.01 ** (-ago / 7))
    expect(carried?.growth).toBeGreaterThan(1.5)
  })

  it('is what these 30 days say while no more is known', () => {
    expect(of(30, () => 100)).toMatchObject({ pastHourMbps: 100, growth: 1, rise: 1 })
    expect(of(10, () => 100)).toBeNull()
  })

  it('is the most that any of those that are lost may rise, for what it takes over', () => {
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
        { ...loss, circuits: ['b', 'c'] },
      ],
    }
    const rises = new Map([
      ['a', 1.1],
      ['b', 1.5],
    ])
    expect(withRises(taken, 'a', rises).losses.map(({ rise }) => rise)).toEqual([1.5, null])
    expect(withRises(taken, 'd', rises).losses.map(({ rise }) => rise)).toEqual([null, null])
  })
})
