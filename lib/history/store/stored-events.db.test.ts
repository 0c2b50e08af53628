import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import type { DetectedEvent, EventKind, Evidence } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { upsertEvents } from './events.ts'
import { createDownEvent } from '../testing/event.ts'
import { createTestPollSource } from '../testing/feed.ts'

const db = withTestDatabase()
const migration = (name: string) =>
  readFileSync(path.resolve(import.meta.dirname, '../../../prisma/migrations', name, 'migration.sql'), 'utf8')

it('the migration ends each session_up as it began, and nothing else', async () => {
  const { sourceId } = await createTestPollSource(db)
  await db.pool.query(
    `INSERT INTO event (id, source_id, key, kind, severity, scope, subject, started_earliest, started_latest, ended_earliest,
                        ended_latest, detected_at, evidence, causes, flags)
     SELECT id, $1, id, kind, 'info', 'gw', 'a~b', '2026-11-20T03:00Z', '2026-11-20T03:01Z', ended, ended, '2026-11-20T03:01Z',
            '[]', '[]', '{}'
     FROM (VALUES ('up', 'session_up', null::timestamptz), ('open', 'session_down', null),
                  ('ended', 'session_down', '2026-11-20T03:05Z')) AS n (id, kind, ended)`,
    [sourceId],
  )
  const sql = migration('20260202000040_point_events')
  await db.pool.query(sql)
  await db.pool.query(sql)
  const { rows } = await db.pool.query<{ id: string; began: boolean; ended: Date | null }>(
    `SELECT id, (ended_earliest, ended_latest) = (started_earliest, started_latest) AS began, ended_latest AS ended
     FROM event ORDER BY id`,
  )
  expect(rows).toEqual([
    { id: 'ended', began: false, ended: new Date('2026-11-20T03:05:00Z') },
    { id: 'open', began: null, ended: null },
    { id: 'up', began: true, ended: new Date('2026-11-20T03:01:00Z') },
  ])
})

it('the migration names the restarts of flapping sessions, and nothing else', async () => {
  const { sourceId } = await createTestPollSource(db)
  const evidence = [
    { field: 'restarts', before: null, after: 4 },
    { field: 'azureState', before: 'Idle', after: 4 },
  ]
  await upsertEvents(db.pool, sourceId, [
    event('flapping', 'session_flapping', evidence),
    event('flap', 'session_flap', evidence),
    event('unread', 'session_flapping', [{ field: 'restarts', before: null, after: null }]),
  ])
  const sql = migration('20260202000041_flapping_restarts')
  await db.pool.query(sql)
  await db.pool.query(sql)
  const { rows } = await db.pool.query<{ key: string; restarts: (number | null)[] }>(
    `SELECT key, ARRAY(SELECT (item ->> 'restarts')::int FROM jsonb_array_elements(evidence) AS item) AS restarts
     FROM event WHERE source_id = $1 ORDER BY key`,
    [sourceId],
  )
  expect(rows).toEqual([
    { key: 'flap', restarts: [null, null] },
    { key: 'flapping', restarts: [4, null] },
    { key: 'unread', restarts: [null] },
  ])
})

function event(key: string, kind: EventKind, evidence: Pick<Evidence, 'field' | 'before' | 'after'>[]): DetectedEvent {
  const sampled = evidence.map((item) => ({ ...item, sampledBefore: null, sampledAfter: null }))
  return createDownEvent(key, 1, { kind, started: { earliest: 0, latest: 1 }, evidence: sampled })
}
