import { expect, it } from 'vitest'
import type { DeclaredPollingPause } from '#lib/contract/index.ts'
import { createPausedPoll } from './paused-poll.ts'

it('stands in the record in the place of a poll, and says who wanted it and why', () => {
  const pause: DeclaredPollingPause = {
    id: 'lon',
    why: 'CHG-1',
    by: 'alice',
    from: '2030-03-04T10:00:00Z',
    to: '2030-03-04T11:00:00Z',
    scopes: ['lon'],
  }
  const now = Date.parse('2030-03-04T10:05:00Z')
  expect(createPausedPoll({ resourceId: '/subscriptions/s1', subresource: '' }, 'peers', pause, now)).toMatchObject({
    outcome: 'paused',
    startedAt: now,
    rows: [],
    error: { code: 'PAUSED', detail: 'alice paused it until 2030-03-04T11:00:00Z: CHG-1' },
  })
})
