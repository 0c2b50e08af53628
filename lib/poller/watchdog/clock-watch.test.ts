import { describe, expect, it } from 'vitest'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { ClockWatch } from './clock-watch.ts'

const T0 = Date.UTC(2026, 10, 20, 3)

describe('the wall clock', () => {
  it.each<[string, number, { steppedMs: number } | null]>([
    ['goes as the other one', 0, null],
    ['is slewed', 8, null],
    ['is a second off', 1_000, null],
    ['is set forward', 1_001, { steppedMs: 1_001 }],
    ['is set back', -90_000, { steppedMs: -90_000 }],
  ])('%s', (_, by, expected) => {
    const clock = manualClock(T0)
    // the database's clock is never changed
    const database = manualClock(T0 + 200)
    const watch = new ClockWatch(clock, database)
    clock.advance(15_000)
    database.advance(15_000)
    clock.step(clock.now() + by)
    const step = watch.check()
    if (!expected) return expect(step).toBeNull()
    expect(step).toEqual({ ...expected, between: { earliest: T0 + 200, latest: T0 + 15_200 } })
    clock.advance(15_000)
    expect(watch.check()).toBeNull()
  })
})
