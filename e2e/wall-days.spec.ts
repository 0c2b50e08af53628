import { test } from '@playwright/test'
import { expectNoLeak } from './wall-days.ts'
import { tagLongIf } from './long.ts'

// a trace of hundreds of steps is not useful
test.use({ trace: 'off' })

test(
  'two days on a wall, hundreds of updates: no memory leaks, and the clock is right',
  tagLongIf(true),
  async ({ page, request }) => {
    await expectNoLeak(page, request, 2)
  },
)
