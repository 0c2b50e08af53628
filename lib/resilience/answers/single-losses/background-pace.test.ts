import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { BackgroundComputationThrottle } from './background-pace.ts'

const SHARE = 0.25
const busy = (ms: number) => {
  for (const begun = performance.now(); performance.now() - begun < ms; );
}

it('takes no more than its share, and others run in between', async () => {
  const pace = new BackgroundComputationThrottle(SHARE, new AbortController().signal)
  const begun = performance.now()
  let others = 0
  const other = setInterval(() => others++, 1)
  for (let n = 0; n < 5; n++) {
    busy(12)
    await pace.rest()
  }
  clearInterval(other)
  const took = performance.now() - begun
  expect(pace.workedMs).toBeGreaterThanOrEqual(60)
  expect(pace.workedMs / took).toBeLessThan(SHARE + 0.05)
  expect(others).toBeGreaterThan(5)
})

it('goes on at once after a short step, and ends with its signal', async () => {
  const ending = new AbortController()
  const pace = new BackgroundComputationThrottle(0.01, ending.signal)
  await pace.rest()
  expect(pace.workedMs).toBe(0)
  busy(12)
  const waiting = pace.rest()
  await pause(1)
  ending.abort(new Error('the worker stops'))
  await expect(waiting).rejects.toThrow()
  await expect(pace.rest()).rejects.toThrow('the worker stops')
})
