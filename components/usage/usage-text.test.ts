import { describe, expect, it } from 'vitest'
import { formatTimeAboveRate } from './usage-text.ts'

const about = (coveredSeconds: number) => ({
  bandwidthMbps: 1_000,
  in: { atLeast: 0, atMost: 0 },
  out: { atLeast: 0, atMost: 0 },
  coveredSeconds,
  seconds: 86_400,
})

describe('words for the time above one path', () => {
  it.each([
    [{ atLeast: 0, atMost: 0 }, 86_400, 'none in 1 d 00 h covered'],
    [{ atLeast: 600, atMost: 600 }, 86_400, '10 min 00 s, with 1 d 00 h covered'],
    [{ atLeast: 600, atMost: 1_200 }, 3_600, 'at least 10 min 00 s, at most 20 min 00 s, with 1 h 00 min covered'],
    [{ atLeast: 0, atMost: 0 }, 0, 'unknown: nothing is covered'],
  ])('%o of %i s', (time, covered, words) => {
    expect(formatTimeAboveRate(time, about(covered))).toBe(words)
  })
})
