import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { loadNoData, lockAlert } from './alerts.ts'
import { type AlertState, NEVER_NOTIFIED_ALERT_STATE, parseAlertState } from '../rules/alert-state.ts'

const db = withTestDatabase()
const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, file), 'utf8')

it('states that were stored before the rename stay readable', async () => {
  await db.pool.query(read('../testing/before-alert-state.sql'))
  await db.pool.query(read('../../../prisma/migrations/20260201000001_alert_state/migration.sql'))
  const closed: AlertState = {
    ...NEVER_NOTIFIED_ALERT_STATE,
    phase: 'closed',
    severity: 'major',
    closedAt: 4,
    notifiedAt: 1,
    openings: [1],
    lastTransitionAt: 2,
  }
  const { state, delivered } = await lockAlert(db.pool, 'closed')
  expect(closed).toMatchObject(state as object)
  expect(parseAlertState(state)).toEqual(closed)
  expect(delivered).toEqual({ ch_1: { opening: 'msg_1', critical: true } })
  expect(await loadNoData(db.pool, 'collector')).toEqual({ since: 1, openedAt: 2, checkedAt: 3, ended: null })
  expect(parseAlertState((await lockAlert(db.pool, 'damaged')).state)).toEqual(NEVER_NOTIFIED_ALERT_STATE)
  expect(await loadNoData(db.pool, 'damaged')).toBeNull()
})
