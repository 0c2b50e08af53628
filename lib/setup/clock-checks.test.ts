import fc from 'fast-check'
import { expect, it } from 'vitest'
import { computeClockDifference, formatClockDifference, AZURE_CLOCK, checkClockDifference } from './clock-checks.ts'

it('the bounds hold the true difference, whenever between request and answer the other clock was read', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -600_000, max: 600_000 }),
      fc.nat(5_000),
      fc.nat(5_000),
      fc.constantFrom(1, 1_000),
      (offset, before, after, resolutionMs) => {
        const readAt = 1_800_000_000_000
        const exact = readAt + offset
        const theirs = exact - (exact % resolutionMs)
        const { atLeastMs, atMostMs } = computeClockDifference({
          sentAt: readAt - before,
          receivedAt: readAt + after,
          theirs,
          resolutionMs,
        })
        expect(atLeastMs).toBeLessThanOrEqual(offset)
        expect(atMostMs).toBeGreaterThanOrEqual(offset)
      },
    ),
  )
})

it.each([
  [{ atLeastMs: -1_200, atMostMs: 400 }, 'Agrees with this machine’s within 1.2 s.'],
  [{ atLeastMs: 1_200, atMostMs: 1_400 }, 'Ahead of this machine’s by at least 1.2 s, at most 1.4 s.'],
  [{ atLeastMs: -95_000, atMostMs: -90_000 }, 'Behind this machine’s by at least 90 s, at most 95 s.'],
])('%o reads as bounds', (ahead, words) => {
  expect(formatClockDifference(ahead)).toBe(words)
})

it.each([
  ['a difference that may be none passes', 0, 'pass'],
  ['a certain one is a warning', 10_000, 'warn'],
  ['one that Azure may refuse tokens for fails', 200_000, 'fail'],
] as const)('%s', (_, theirs, state) => {
  const reading = { sentAt: 0, receivedAt: 100, theirs, resolutionMs: 1_000 }
  expect(checkClockDifference('clockAzure', reading, AZURE_CLOCK).state).toBe(state)
})
