import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { newFeed } from '../testing/feed.ts'

const db = withTestDatabase()
const migration = path.resolve(
  import.meta.dirname,
  '../../../prisma/migrations/20260202000040_point_events/migration.sql',
)

it('the migration ends each session_up as it began, and nothing else', async () => {
  const { sourceId } = await newFeed(db)
  await db.pool.query(
    `INSERT INTO event (id, source_id, key, kind, severity, scope, subject, started_earliest, started_latest, ended_earliest,
                        ended_latest, detected_at, evidence, causes, flags)
     SELECT id, $1, id, kind, 'info', 'gw', 'a~b', '2026-11-20T03:00Z', '2026-11-20T03:01Z', ended, ended, '2026-11-20T03:01Z',
            '[]', '[]', '{}'
     FROM (VALUES ('up', 'session_up', null::timestamptz), ('open', 'session_down', null),
                  ('ended', 'session_down', '2026-11-20T03:05Z')) AS n (id, kind, ended)`,
    [sourceId],
  )
  const sql = readFileSync(migration, 'utf8')
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
