import { expect, it } from 'vitest'
import { convertSecondsToMs } from './times.ts'

it.each([
  // the binary products are 64596.99999999999 and 1000.9999999999999
  [64.597, 64_597],
  [1.001, 1_001],
  [60.0275, 60_027.5],
  [60, 60_000],
  [null, 0],
])('an interval of %s s is %s ms', (seconds, expected) => {
  expect(convertSecondsToMs(seconds)).toBe(expected)
})
