import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  findStoredEventIds,
  deleteOutlooks,
  saveMaintenanceOutlook,
  recordOutlooksChecked,
  countUnreadNotices,
  readStoredOutlook,
} from './outlook.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)

it('keeps one for each scope until nobody reads by it', async () => {
  expect(await readStoredOutlook(db.pool, '')).toBeNull()
  const keep = (audience: string, computedAt: number, body: object) =>
    saveMaintenanceOutlook(db.pool, audience, null, { restsOn: `r${computedAt}`, computedAt, body })
  await keep('', T0, { intervals: [1] })
  await keep('one', T0, {})
  await keep('', T0 + MS_PER_MINUTE, { intervals: [] })
  await recordOutlooksChecked(db.pool, ['', 'none'], T0 + 3 * MS_PER_MINUTE)
  // a check by another process that began earlier
  await recordOutlooksChecked(db.pool, [''], T0 + 2 * MS_PER_MINUTE)
  expect(await readStoredOutlook(db.pool, '')).toEqual({
    restsOn: `r${T0 + MS_PER_MINUTE}`,
    computedAt: T0 + MS_PER_MINUTE,
    checkedAt: T0 + 3 * MS_PER_MINUTE,
    body: { intervals: [] },
  })
  await deleteOutlooks(db.pool, [''])
  expect(await readStoredOutlook(db.pool, 'one')).toBeNull()
  expect(await findStoredEventIds(db.pool, ['none'])).toEqual([])
})

it('counts the mails that nobody has seen', async () => {
  expect(await countUnreadNotices(db.pool)).toBe(0)
  await db.pool.query(
    `INSERT INTO unread_notice (id, received_at, sender, subject, excerpt, reason, state, changed_at)
     VALUES ('a', now(), '', '', '', '', 'open', NULL), ('b', now(), '', '', '', '', 'dismissed', now())`,
  )
  expect(await countUnreadNotices(db.pool)).toBe(1)
})
