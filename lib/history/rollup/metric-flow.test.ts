import { describe, expect, it } from 'vitest'
import { convertRatesToBuckets, type RateSample } from './metric-flow.ts'

const NINE = Date.UTC(2026, 10, 20, 9)
const rate = (minute: number, average: number, rest: Partial<RateSample> = {}): RateSample => ({
  series: 'a',
  direction: 'out',
  at: NINE + minute * 60_000,
  grainSeconds: 60,
  average,
  ...rest,
})
const out = (samples: RateSample[], minute = 0) => convertRatesToBuckets(samples).get(NINE + minute * 60_000)?.out

describe('bytes of bit rates', () => {
  it('are average / 8 x grain: 1 Gb/s is 10^9 bit/s', () => {
    expect(out([rate(0, 1e9)])).toEqual({ bytes: 7_500_000_000n, coveredMs: 60_000, atLeast: false })
  })

  it('add up over series that pass at the same time, which cover it once', () => {
    expect(out([rate(0, 800), rate(0, 1_600, { series: 'b' })])).toEqual({
      bytes: 18_000n,
      coveredMs: 60_000,
      atLeast: false,
    })
  })

  it('count each moment of a series once, whatever the grains in which it was read', () => {
    const five = { grainSeconds: 300 }
    expect(out([rate(0, 80, five), rate(2, 80, five)])).toEqual({ bytes: 3_000n, coveredMs: 300_000, atLeast: false })
    expect(out([rate(0, 80, five), rate(2, 80, five)], 5)).toMatchObject({ bytes: 1_200n, coveredMs: 120_000 })
    expect(out([rate(3, 80), rate(0, 80, five)])).toMatchObject({ bytes: 3_000n, coveredMs: 300_000 })
  })

  it('a minute that is missing is not covered, one of zero is', () => {
    expect(out([rate(0, 8), rate(1, 0), rate(4, 8)])).toMatchObject({ bytes: 120n, coveredMs: 180_000 })
  })

  it('a grain of an hour is divided evenly', () => {
    const hour = rate(0, 80, { grainSeconds: 3_600 })
    expect([0, 5, 55].map((minute) => out([hour], minute)?.bytes)).toEqual([3_000n, 3_000n, 3_000n])
    expect(out([hour], 60)).toBeUndefined()
  })
})
