import { expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { advanceDeletionTime } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { saveMailbox, readStoredMailbox } from './mailbox.ts'
import { saveUnreadNoticeState, saveUnreadNotices, readUnreadNotices } from './unread-notices.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const notice = (n: number) => ({
  id: `n${n}`,
  receivedAt: T0 + n,
  sender: 'noc@carrier.example',
  subject: 'Work',
  excerpt: '',
  reason: 'it is none',
  isConfirmed: true,
})

it('of mailboxes the one that is read is kept, with its place', async () => {
  expect(await readStoredMailbox(db.pool)).toBe(null)
  const place = { uidValidity: '4294967295', lastUid: 4_294_967_290, failingUid: 0, failures: 0 }
  const kept = { name: 'INBOX of noc at a:993', place, triedAt: T0, readAt: null, failure: 'no answer' }
  await saveMailbox(db.pool, { ...kept, name: 'INBOX of noc at former:993', place: null })
  await saveMailbox(db.pool, kept)
  expect(await readStoredMailbox(db.pool)).toEqual(kept)
})

it('keeps a mail once, what somebody has seen for 90 days, and no more than there is room for', async () => {
  await saveUnreadNotices(db.pool, [notice(1), notice(2)])
  await saveUnreadNoticeState(db.pool, 'n2', { state: 'dismissed', by: 'ada', now: T0 })
  await saveUnreadNotices(db.pool, [notice(2)])
  expect((await readUnreadNotices(db.pool)).map(({ id, state }) => [id, state])).toEqual([
    ['n1', 'open'],
    ['n2', 'dismissed'],
  ])
  const reopened = await saveUnreadNoticeState(db.pool, 'n2', { state: 'open', by: 'ada', now: T0 })
  expect(reopened).toMatchObject({ changedAt: null })
  await saveUnreadNoticeState(db.pool, 'n2', { state: 'handled', by: 'ada', now: T0 })
  await advanceDeletionTime(db.pool, { now: T0 + 91 * MS_PER_DAY, azureNow: T0 + 91 * MS_PER_DAY })
  await saveUnreadNotices(db.pool, [])
  expect((await readUnreadNotices(db.pool)).map(({ id }) => id)).toEqual(['n1'])
  // the oldest notice is deleted
  await saveUnreadNotices(
    db.pool,
    Array.from({ length: 1_000 }, (_, n) => notice(n + 10)),
  )
  const ids = (await readUnreadNotices(db.pool)).map(({ id }) => id)
  expect([ids.length, ids.includes('n1')]).toEqual([1_000, false])
  // mails with an unconfirmed sender are deleted first, even if they are newer
  await saveUnreadNotices(
    db.pool,
    Array.from({ length: 1_500 }, (_, n) => ({ ...notice(n + 2_000), isConfirmed: false })),
  )
  expect((await readUnreadNotices(db.pool)).map(({ id }) => id)).toEqual(ids)
})
