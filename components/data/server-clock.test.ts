import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { learnServerTime, serverNow } from './server-clock.ts'

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
    expect(serverNow() - START).toBe(expected)
    dated(START + passes)
    expect(Math.abs(serverNow() - START - passes)).toBeLessThan(1_000)
  })

  it('is kept while an answer says the same within two seconds', () => {
    const before = serverNow()
    dated(START + 1_000)
    expect(serverNow()).toBe(before)
  })
})
