import { expect, it } from 'vitest'
import { estimateStatusChecks, getStatusCheckPauseMs } from './call/long-running.ts'

it.each([
  ['one that ends at once', 0.2, 1],
  ['... within a second', 1, 3],
  ['... after some seconds', 2.3, 3],
  ['operations of 5 to 60 s', 34, 3],
  ['one of a minute', 60, 4],
  ['one of five minutes', 300, 28],
])('%s: %d s are %d checks', (_, mean, checks) => expect(estimateStatusChecks({ mean })).toBe(checks))

it('of an operation of unknown duration, pauses grow to 10 s', () => {
  const pauses = Array.from({ length: 40 }, (_, checks) => getStatusCheckPauseMs(checks))
  expect(pauses.slice(0, 10)).toEqual([250, 250, 250, 250, 500, 1_000, 2_000, 4_000, 8_000, 10_000])
  expect(pauses).toEqual(pauses.toSorted((a, b) => a - b))
  expect(pauses.at(-1)).toBe(10_000)
})

it('of an operation of known duration, the first check is after half of it, and none is later than half of it', () => {
  const usualMs = 34_000
  expect([0, 1, 2, 9].map((checks) => getStatusCheckPauseMs(checks, usualMs))).toEqual([17_000, 8_500, 8_500, 10_000])
  for (const ms of [100, 5_000, 34_000, 600_000]) {
    expect(getStatusCheckPauseMs(0, ms)).toBeLessThanOrEqual(Math.max(250, Math.min(30_000, ms / 2)))
    expect(getStatusCheckPauseMs(1, ms)).toBeLessThanOrEqual(10_000)
  }
})
