import { expect, it } from 'vitest'
import { checksOf } from './long-running.ts'

it.each([
  ['one with the usual Retry-After that is over by then', 10.1, 10.2, 1.01],
  ['operations of 5 to 30 s', 18.2, 30.6, 1.82],
  ['some that were refused at once among long ones', 6, 30.6, 1],
  ['one without Retry-After that ends at once', 0.2, 0.2, 1],
  ['... within a second', 1, 1.2, 4],
  ['... after the quick checks, in pauses that grow', 2.3, 2.5, 10],
])('%s: %d s and at most %d s are %d checks', (_, mean, p95, checks) =>
  expect(checksOf({ mean, p95 })).toBeCloseTo(checks, 2),
)
