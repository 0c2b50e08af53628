import { afterEach, vi } from 'vitest'

/** Files of one worker share its timers: a test that fakes them must not stop the next one. */
afterEach(() => {
  vi.useRealTimers()
})
