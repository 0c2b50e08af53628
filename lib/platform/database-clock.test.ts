import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it, vi } from 'vitest'
import { getSteadyMs } from './clock.ts'
import os from 'node:os'
import { getDatabaseNow, computeDatabaseTime, readDatabaseTime, listenForDatabaseClockStep } from './database-clock.ts'
import type { SqlExecutor } from './queryable.ts'
import { shiftDatabaseTime } from './testing/database-time.ts'

const HOUR = 3_600_000

afterEach(async () => {
  vi.useRealTimers()
  await (await shiftDatabaseTime(0))()
})

it.each([-2 * HOUR, -120_000, -2_000, 2_000, 120_000, 2 * HOUR])(
  'a wall clock that is set by %d ms, or runs off, changes nothing',
  async (stepMs) => {
    await (await shiftDatabaseTime(0))()
    const at = getSteadyMs()
    const before = computeDatabaseTime(at)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + stepMs })
    expect(getDatabaseNow() - before - (getSteadyMs() - at)).toBeLessThan(1_000)
    expect(getDatabaseNow()).toBeGreaterThanOrEqual(before)
    // also for a time that another thread measured
    expect(computeDatabaseTime(at)).toBe(before)
  },
)

it('an answer that is slow moves nothing that it does not contradict', async () => {
  await (await shiftDatabaseTime(0))()
  const offset = () => getDatabaseNow() - getSteadyMs()
  const before = offset()
  const answer = async (now: () => number) =>
    readDatabaseTime({
      query: async () => {
        const rows = [{ now: now() }]
        await delay(30)
        return { rows }
      },
    } as unknown as SqlExecutor)
  await answer(() => getDatabaseNow() + 1)
  expect(Math.abs(offset() - before)).toBeLessThanOrEqual(2)
  await answer(() => getDatabaseNow() + 5_000)
  expect(offset() - before).toBeGreaterThan(4_000)
})

it.each<[string, number, number, number[]]>([
  ['is set forward', 2 * HOUR, 0, [2 * HOUR]],
  ['is set back', -2 * HOUR, 0, [-2 * HOUR]],
  ['is slewed', 1_900, 0, []],
  ['goes on while the machine sleeps', 8 * HOUR, 8 * HOUR, []],
  ['is set back while the machine sleeps', 6 * HOUR, 8 * HOUR, [-2 * HOUR]],
])('a database’s clock that %s is reported as a step, or not', async (_, aheadMs, sleptMs, expected) => {
  await (await shiftDatabaseTime(0))()
  const steps: number[] = []
  const end = listenForDatabaseClockStep((steppedMs) => steps.push(Math.round(steppedMs / 100) * 100))
  const uptime = vi.spyOn(os, 'uptime').mockReturnValue(os.uptime() + sleptMs / 1_000)
  await shiftDatabaseTime(aheadMs)
  end()
  uptime.mockRestore()
  expect(steps).toEqual(expected)
})
