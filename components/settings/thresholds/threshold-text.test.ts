import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ThresholdUnit, thresholdUnits } from '#lib/contract/index.ts'
import { parseThreshold, formatThreshold } from './threshold-text.ts'

describe('a threshold in words', () => {
  it.each<[number, ThresholdUnit, string]>([
    [180_000, 'duration', '3 min'],
    [90_000, 'duration', '90 s'],
    [604_800_000, 'duration', '7 d'],
    [1_500, 'duration', '1,500 ms'],
    [0.2, 'share', '20 %'],
    [0.075, 'share', '7.5 %'],
    [8_000, 'bitsPerSecond', '8 kb/s'],
    [10_000, 'count', '10,000'],
  ])('%s as %s reads %s', (value, unit, text) => expect(formatThreshold(value, unit)).toBe(text))

  it.each<[string, ThresholdUnit, number | null]>([
    ['1.5 min', 'duration', 90_000],
    ['90s', 'duration', 90_000],
    ['90', 'duration', null],
    ['80', 'share', null],
    ['0.8', 'share', 0.8],
    ['80%', 'share', 0.8],
    ['8', 'bitsPerSecond', null],
    ['-3', 'count', null],
    ['three', 'count', null],
  ])('%s for a %s is understood as %s', (text, unit, value) => expect(parseThreshold(text, unit)).toBe(value))

  it('reads back as what it says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...thresholdUnits), fc.integer({ min: 1, max: 1_000_000_000 }), (unit, number) => {
        const value = unit === 'share' ? Math.round(number / 100_000) / 10_000 : number
        expect(parseThreshold(formatThreshold(value, unit), unit)).toBe(value)
      }),
    )
  })
})
