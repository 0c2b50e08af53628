import { beforeAll, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readOpenSubjects } from '../events/open-events.ts'
import { readPollLoads } from './poll-loads.ts'
import { computeShortId } from '../../store/short-id.ts'
import { readPollProgress } from '#lib/setup/store/index.ts'
import { syncPollSchedule } from '../../store/schedule.ts'
import { upsertEvents } from '../../store/events.ts'
import { type TestPollSource, createTestPollSource } from '../../testing/feed.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const KINDS = ['session_down'] as const

let feed: TestPollSource
beforeAll(async () => {
  feed = await createTestPollSource(db, { name: 'Gateway' })
  const { resourceId } = feed
  const resource = resourceId.toLowerCase()
  await db.transaction((client) =>
    syncPollSchedule(client, [
      { resourceId, subresource: '', kind: 'peers', everySeconds: 60, resource },
      { resourceId, subresource: '', kind: 'learned', everySeconds: 300, resource },
      { resourceId, subresource: '', kind: 'metrics', everySeconds: 300, resource: null },
    ]),
  )
})

const loadOf = async (kind: string) => {
  const scopes = (await readOpenSubjects(db.pool, KINDS)).map(({ scope }) => scope)
  return (await readPollLoads(db.pool, { scopes, polls: ['peers'] })).find((load) => load.kind === kind)
}

it('a poll’s load is its intervals, what runs one at a time, and the lengths of its last polls, once there are three', async () => {
  expect(await loadOf('peers')).toEqual({
    sourceId: feed.sourceId,
    kind: 'peers',
    resourceId: feed.resourceId,
    subscriptionId: '5ca1ab1e-0000-4000-8000-000000000001',
    region: null,
    resource: feed.resourceId.toLowerCase(),
    configuredSeconds: 60,
    everySeconds: 60,
    reason: null,
    burstSeconds: null,
    run: null,
    isNeeded: false,
    budget: null,
    refusedBy: null,
    reportedAt: null,
  })
  for (const [n, seconds] of [2, 4, 9].entries()) {
    const startedAt = T + n * 60_000
    await feed.record('peers', { startedAt, finishedAt: startedAt + seconds * 1_000, rows: [] })
  }
  // between the second and the third of 2, 4, 9: 4 + 0.9 × 5
  expect((await loadOf('peers'))?.run).toEqual({ mean: 5, p95: 8.5 })
  expect(await loadOf('metrics')).toMatchObject({ resource: null, configuredSeconds: 300, run: null })
})

it('is longer than configured for the reason that the plan gave, and faster during a burst', async () => {
  const reason = { limitedBy: 'lock' }
  await db.pool.query(
    `UPDATE poll_schedule SET configured_seconds = 300, every_seconds = 600, plan = $1 WHERE kind = 'learned'`,
    [JSON.stringify(reason)],
  )
  expect(await loadOf('learned')).toMatchObject({ configuredSeconds: 300, everySeconds: 600, reason })
  const burst = (until: string) =>
    db.pool.query(
      `UPDATE poll_schedule SET burst_every_seconds = 10, burst_until = clock_timestamp() + $1::interval, burst_reason = 'watch'
       WHERE kind = 'peers'`,
      [until],
    )
  await burst('1 hour')
  expect((await loadOf('peers'))?.burstSeconds).toBe(10)
  await burst('-1 second')
  expect((await loadOf('peers'))?.burstSeconds).toBeNull()
})

it('is needed while an event of the resource goes on whose bounds it narrows', async () => {
  const { rows } = await db.pool.query<{ short_id: string }>(
    'SELECT short_id FROM resource r JOIN source s ON s.resource_id = r.id WHERE s.id = $1',
    [feed.sourceId],
  )
  const scope = rows[0]?.short_id ?? ''
  expect(scope).toBe(computeShortId(feed.resourceId))
  const open = {
    key: 'open',
    kind: 'session_down' as const,
    severity: 'major' as const,
    scope,
    subject: '10.0.4.12~10.0.4.4',
    started: { earliest: T, latest: T + 60_000 },
    ended: null,
    duration: null,
    detectedAt: T + 60_000,
    evidence: [],
    causes: [],
    flags: [],
  }
  await upsertEvents(db.pool, feed.sourceId, [open])
  expect((await loadOf('peers'))?.isNeeded).toBe(true)
  expect((await loadOf('learned'))?.isNeeded).toBe(false)
  const ended = { earliest: T + 70_000, latest: T + 90_000 }
  await upsertEvents(db.pool, feed.sourceId, [{ ...open, ended, duration: { minMs: 10_000, maxMs: 90_000 } }])
  expect((await loadOf('peers'))?.isNeeded).toBe(false)
})

it('a poll in slices shows how far it is while its lease goes on', async () => {
  const { resourceId, sourceId } = feed
  const store = (progress: object) =>
    db.pool.query(
      `INSERT INTO resource_lease (resource, source_id, kind, epoch, operation, started_at)
       SELECT $1, source_id, kind, epoch, $2, clock_timestamp() FROM poll_schedule WHERE source_id = $3 AND kind = 'metrics'
       ON CONFLICT (resource) DO UPDATE SET operation = excluded.operation, kind = excluded.kind, source_id = excluded.source_id,
         epoch = excluded.epoch, started_at = excluded.started_at`,
      [`${resourceId.toLowerCase()}/slices`, JSON.stringify({ slice: { progress } }), sourceId],
    )
  const progress = async (kind = 'metrics') => (await readPollProgress(db.pool))(sourceId, kind)
  expect(await progress()).toBeNull()
  await store({ done: 0, total: 0 })
  expect(await progress()).toBeNull()
  await store({ done: 25, total: 900 })
  expect(await progress()).toEqual({ done: 25, total: 900 })
  expect(await progress('peers')).toBeNull()
  // another worker has the poll now, so the stored progress belongs to an expired lease
  await db.pool.query(`UPDATE poll_schedule SET epoch = epoch + 1 WHERE source_id = $1`, [sourceId])
  expect(await progress()).toBeNull()
})
