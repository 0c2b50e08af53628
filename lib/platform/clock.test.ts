import { describe, expect, it } from 'vitest'
import { createBootTimeReader, machineClock } from './clock.ts'

describe('when the machine started, by the wall clock', () => {
  const BOOTED = Date.UTC(2026, 10, 20)

  /** A machine that has run for one minute, with a counter of the queries for its uptime. */
  function machine() {
    const clocks = { wall: BOOTED + 60_000, monotonic: 5_000, uptime: 60_000, asked: 0 }
    const dating = createBootTimeReader(
      () => clocks.wall,
      () => clocks.monotonic,
      () => {
        clocks.asked += 1
        return clocks.uptime
      },
    )
    const pass = (ms: number) => {
      clocks.wall += ms
      clocks.monotonic += ms
      clocks.uptime += ms
    }
    return { clocks, pass, bootedAt: () => dating().bootedAt }
  }

  it('is asked of the system once while time goes on', () => {
    const { clocks, pass, bootedAt } = machine()
    for (let i = 0; i < 1_000; i++) {
      expect(bootedAt()).toBe(BOOTED)
      pass(3_600_000)
    }
    expect(clocks.asked).toBe(1)
  })

  it.each([-3_600_000, -3, 3, 3_600_000])('follows the wall clock that is set by %i ms', (ms) => {
    const { clocks, bootedAt } = machine()
    bootedAt()
    clocks.wall += ms
    expect(bootedAt()).toBe(BOOTED + ms)
  })

  it('stays what it was when the machine sleeps, which the monotonic clock does not count', () => {
    const { clocks, bootedAt } = machine()
    bootedAt()
    clocks.wall += 3_600_000
    clocks.uptime += 3_600_000
    expect(bootedAt()).toBe(BOOTED)
  })

  it('follows a wall clock that is set a little at a time', () => {
    const { clocks, pass, bootedAt } = machine()
    bootedAt()
    for (let i = 0; i < 1_000; i++) {
      pass(1_000)
      clocks.wall += 0.5
      expect(Math.abs(bootedAt() - (BOOTED + 0.5 * (i + 1)))).toBeLessThanOrEqual(2.5)
    }
  })

  it('is the past of this machine', () => {
    expect(machineClock.dating?.().bootedAt).toBeLessThan(Date.now())
  })
})
