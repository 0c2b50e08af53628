import { test } from '@playwright/test'
import { expectNoLeak } from './wall-days.ts'

// a trace of thousands of steps is not useful
test.use({ trace: 'off' })

test('30 days on a wall, thousands of updates: no memory leaks, and the clock is right', async ({ page, request }) => {
  test.setTimeout(900_000)
  await expectNoLeak(page, request, 30)
})
