import { expect, it } from 'vitest'
import { isNearlyFull } from './nearly-full.ts'

it.each([
  [3_199 / 4_000, false],
  [3_200 / 4_000, true],
  [1.2, true],
])('%d of a limit is nearly full: %s', (share, expected) => {
  expect(isNearlyFull(share)).toBe(expected)
})
