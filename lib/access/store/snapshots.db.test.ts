import { expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { advanceDeletionTime } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { OPEN_ACCESS_CALLER } from '../caller/caller.ts'
import { findSnapshotPage, saveSnapshot } from './snapshots.ts'

const db = withTestDatabase()
const keep = () =>
  saveSnapshot(db.pool, {
    page: '/incidents',
    search: '',
    answers: { '/api/v1/incidents': [] },
    title: 'Incidents',
    days: 7,
    maker: OPEN_ACCESS_CALLER,
    rights: ['read'],
  })

it('deletes the page of a link that ended only by the time that rows are aged by', async () => {
  const now = Date.now()
  const ageBy = (days: number) =>
    advanceDeletionTime(db.pool, { now: now + days * MS_PER_DAY, azureNow: now + days * MS_PER_DAY })
  // the clock of the machine is 40 days ahead
  await ageBy(-40)
  const link = await keep()
  const moveEnd = (sign: string) =>
    db.pool.query(`UPDATE snapshot SET expires_at = expires_at ${sign} interval '40 days'`)
  await moveEnd('-')
  await keep()
  await moveEnd('+')
  expect(await findSnapshotPage(db.pool, link.token, 'open')).toMatchObject({ answers: { '/api/v1/incidents': [] } })

  const pages = async () => (await db.pool.query('SELECT count(body)::int AS n FROM snapshot')).rows[0].n
  expect(await pages()).toBe(2)
  await moveEnd('-')
  for (let days = -38; days <= 0; days += 2) await ageBy(days)
  await keep()
  expect(await pages()).toBe(2)
})
