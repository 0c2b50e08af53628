import { afterEach, expect, it, vi } from 'vitest'
import { CHANGES_NOTIFY_CHANNEL, sendMessageToPostgresChannel } from '#lib/platform/notifications/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { type ChangeFeed, followChanges } from './change-feed.ts'
import type { StreamTopic } from '../commit/changed-topics.ts'

const db = withTestDatabase({ empty: true })
let feed: ChangeFeed
afterEach(() => feed.close())

const say = (...topics: StreamTopic[]) =>
  sendMessageToPostgresChannel(
    db,
    CHANGES_NOTIFY_CHANNEL,
    JSON.stringify({ topics, scope: null, at: '2026-11-20T00:00:00.000Z' }),
  )
const connections = async () =>
  (
    await db.pool.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE application_name = 'peerwatch-listen' AND datname = current_database()`,
    )
  ).rows.map(({ pid }) => pid)

it('notifies each follower of its own topics, and all of them when word may have been lost, over one connection', async () => {
  feed = followChanges(db.url)
  const called = { estate: vi.fn(), backTests: vi.fn() }
  feed.on(['declarations', 'settings'], called.estate)
  feed.on(['settings'], called.backTests)
  await feed.ready
  const [pid, ...more] = await connections()
  expect(more).toEqual([])

  for (const topics of [['sessions'], ['declarations'], ['declarations', 'settings']] as const) await say(...topics)
  await vi.waitFor(() => expect(called.backTests).toHaveBeenCalledTimes(1), { timeout: 30_000 })
  expect(called.estate).toHaveBeenCalledTimes(2)

  await db.pool.query('SELECT pg_terminate_backend($1)', [pid])
  await vi.waitFor(() => expect(called.backTests).toHaveBeenCalledTimes(2), 30_000)
  expect(called.estate).toHaveBeenCalledTimes(3)
})
