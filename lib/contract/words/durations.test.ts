import { describe, expect, it } from 'vitest'
import { formatDuration, formatDurationBounds, formatDurationRange, formatConfiguredInterval } from './durations.ts'

describe('durations', () => {
  it.each([
    [0, 'floor', '0 s'],
    [-5000, 'floor', '0 s'],
    [59_999, 'floor', '59 s'],
    [59_001, 'ceil', '1 min 00 s'],
    [122_000, 'floor', '2 min 02 s'],
    [3_600_000, 'floor', '1 h 00 min'],
    [3_599_100, 'ceil', '1 h 00 min'],
    [86_400_000 * 3 + 3_600_000 * 3, 'floor', '3 d 03 h'],
    [86_400_000 * 400, 'floor', '400 d'],
  ] as const)('%i ms, %s: %s', (ms, rounding, text) => {
    expect(formatDuration(ms, rounding)).toBe(text)
  })

  it.each([
    [58_000, 122_000, 'at least 58 s, at most 2 min 02 s'],
    [58_900, 121_100, 'at least 58 s, at most 2 min 02 s'],
    [0, 42_000, 'at most 42 s'],
    [60_000, 60_000, '1 min 00 s'],
    [60_000, null, 'at least 1 min 00 s'],
  ])('bounds %s..%s read %s', (min, max, text) => {
    expect(formatDurationBounds(min, max)).toBe(text)
  })

  it.each([
    [0.5, '500 ms'],
    [5, '5 s'],
    [60, '60 s'],
    [300, '5 min'],
    [600, '10 min'],
  ])('interval %s s reads %s', (seconds, text) => {
    expect(formatConfiguredInterval(seconds)).toBe(text)
  })
})

it.each([
  [1_198_000, 1_321_000, '19 min 58 s – 22 min 01 s'],
  [0, 43_000, '≤ 43 s'],
  [63_000, null, '≥ 1 min 03 s'],
  [60_000, 60_000, '1 min 00 s'],
])('from %d to %s ms in a cell', (least, most, words) => {
  expect(formatDurationRange(least, most)).toBe(words)
})
