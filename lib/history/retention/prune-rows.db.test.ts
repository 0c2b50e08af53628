import { expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { pruneRows } from './prune-rows.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20)

it('entries of the audit stay as long as history, and what is over goes', async () => {
  const at = (days: number) => new Date(NOW - days * MS_PER_DAY).toISOString()
  for (const days of [399, 401])
    await db.pool.query(
      `INSERT INTO audit_entry (at, actor_kind, actor_id, actor, action, subject) VALUES ($1, 'open', '', 'local', 'x', '')`,
      [at(days)],
    )
  await db.pool.query(`INSERT INTO access_user (id, name, email) VALUES ('u', 'U', 'u@example.com')`)
  for (const [id, days] of [
    ['over', 1],
    ['open', -1],
  ] as const)
    await db.pool.query(`INSERT INTO access_session (id, token, user_id, expires_at) VALUES ($1, $1, 'u', $2)`, [
      id,
      at(days),
    ])
  await pruneRows(db, { keptFrom: NOW - 400 * MS_PER_DAY, now: NOW })
  const { rows: kept } = await db.pool.query('SELECT at FROM audit_entry')
  expect(kept).toEqual([{ at: new Date(NOW - 399 * MS_PER_DAY) }])
  expect((await db.pool.query('SELECT id FROM access_session')).rows).toEqual([{ id: 'open' }])
})
