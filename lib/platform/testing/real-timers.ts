import { afterEach, vi } from 'vitest'

/** Restores real timers after each test, because the test files of one worker share its timers. */
afterEach(() => {
  vi.useRealTimers()
})
