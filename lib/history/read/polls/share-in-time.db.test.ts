import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createTestPollSource, peerRow } from '../../testing/feed.ts'
import { readShareInTime } from './list-sources.ts'

const db = withTestDatabase()

it('counts the polls that ended within their intervals, and leaves out polls that never ended', async () => {
  const share = () => readShareInTime(db.pool, { intervals: 3, leastSeconds: 10 })
  expect(await share()).toBeNull()
  for (const minutesAgo of [1, 2, 5, -120]) {
    const feed = await createTestPollSource(db)
    await addMissingPollsToSchedule(db, [
      { sourceId: feed.sourceId, kind: 'peers', everySeconds: 60 },
      { sourceId: feed.sourceId, kind: 'learned', everySeconds: 60 },
    ])
    const at = Date.now() - minutesAgo * MS_PER_MINUTE
    await feed.record('peers', { startedAt: at - 500, finishedAt: at, rows: [peerRow()] })
  }
  expect(await share()).toBe(0.5)
})
