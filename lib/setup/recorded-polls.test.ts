import { expect, it } from 'vitest'
import { callSeconds } from './recorded-polls.ts'

it.each([
  ['before the first poll nothing is known', { floorSeconds: null, intervalSeconds: 60, burst: null }, null],
  ['the floor is the interval and the call', { floorSeconds: 72, intervalSeconds: 60, burst: null }, 12],
  [
    'during a burst its interval counts',
    { floorSeconds: 17, intervalSeconds: 60, burst: { everySeconds: 5, until: 0, reason: 'adverse' as const } },
    12,
  ],
])('%s', (_, poll, expected) => {
  expect(callSeconds(poll)).toBe(expected)
})
