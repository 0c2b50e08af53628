import { expect, it } from 'vitest'
import { estimateStatusChecks, getStatusCheckPauseMs } from './call/long-running.ts'

it.each([
  ['one that ends at once', 0.2, 1],
  ['... within a second', 1, 4],
  ['... after the quick checks', 2.3, 6],
  ['one of 10 s', 10.1, 9],
  ['operations of 5 to 30 s', 18.2, 10],
  ['one of a minute', 60, 14],
])('%s: %d s are %d checks', (_, mean, checks) => expect(estimateStatusChecks({ mean })).toBe(checks))

it('checks are counted as they are made, and pauses grow to 10 s', () => {
  let at = 0
  for (let made = 0; made < 40; made++) {
    at += getStatusCheckPauseMs(made)
    expect(estimateStatusChecks({ mean: at / 1_000 })).toBe(made + 1)
    expect(getStatusCheckPauseMs(made + 1)).toBeGreaterThanOrEqual(getStatusCheckPauseMs(made))
  }
  expect([getStatusCheckPauseMs(0), getStatusCheckPauseMs(40)]).toEqual([250, 10_000])
})
