import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { learnServerTime, getServerNow } from './server-clock.ts'

const START = Date.UTC(2026, 10, 26, 3)
const dated = (at: number) => learnServerTime(new Date(at).toUTCString())

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ['Date', 'performance'] })
  dated(START)
})
afterEach(() => vi.useRealTimers())

describe('the server’s time, as a browser knows it', () => {
  it.each([
    { says: 'goes on', set: 0, passes: 10_000, expected: 10_000 },
    {
      says: 'is not young again where the browser’s clock is set back',
      set: -7_200_000,
      passes: 10_000,
      expected: 10_000,
    },
    { says: 'ages where it is set ahead, until the server says otherwise', set: 120_000, passes: 0, expected: 120_000 },
  ])('$says', ({ set, passes, expected }) => {
    vi.advanceTimersByTime(passes)
    vi.setSystemTime(Date.now() + set)
    expect(getServerNow() - START).toBe(expected)
    dated(START + passes)
    expect(Math.abs(getServerNow() - START - passes)).toBeLessThan(1_000)
  })

  const clocks = [2_000, 120_000, 7_200_000].flatMap((ms) => [ms, -ms])
  it.each(clocks)(
    'of a browser whose clock is set by %d ms, or runs off by as much in a minute, is never young',
    (stepMs) => {
      for (const steps of [[stepMs], Array.from({ length: 60 }, () => stepMs / 60)]) {
        vi.setSystemTime(START)
        dated(START)
        const at = performance.now()
        for (const step of steps) {
          vi.advanceTimersByTime(60_000 / steps.length)
          vi.setSystemTime(Date.now() + step)
          // differences below two seconds are ignored
          expect(getServerNow()).toBeGreaterThan(START + performance.now() - at - 2_000)
        }
        dated(START + 60_000)
        expect(Math.abs(getServerNow() - START - 60_000)).toBeLessThanOrEqual(2_500)
      }
    },
  )

  it('is kept while an answer says the same within two seconds', () => {
    const before = getServerNow()
    dated(START + 1_000)
    expect(getServerNow()).toBe(before)
  })
})
