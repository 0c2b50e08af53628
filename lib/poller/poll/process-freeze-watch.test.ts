import { afterEach, expect, it } from 'vitest'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { ProcessFreezeWatch } from './process-freeze-watch.ts'

let watch: ProcessFreezeWatch | undefined
afterEach(() => watch?.stop())

it('counts the time in which the process did not run, from a moment on', () => {
  const clock = manualClock(0)
  watch = new ProcessFreezeWatch(clock)
  const start = clock.monotonic()
  clock.advance(1_000)
  expect(watch.frozenSince(start)).toBe(0)
  clock.advance(60_000)
  const resumed = clock.monotonic()
  expect(watch.frozenSince(start)).toBe(60_000)
  // work that, by its own clock, began during the freeze
  expect(watch.frozenSince(resumed - 5_000)).toBe(5_000)
  expect(watch.frozenSince(resumed)).toBe(0)
  clock.advance(1_000)
  watch.frozenSince(resumed)
  clock.advance(10_000)
  expect(watch.frozenSince(start)).toBe(70_000)
})

it('is not misled by a step of the wall clock', () => {
  const clock = manualClock(0)
  watch = new ProcessFreezeWatch(clock)
  clock.step(3_600_000)
  expect(watch.frozenSince(0)).toBe(0)
})
