import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { processLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { evaluateDueAlerts } from './jobs/alerts/evaluate-due-alerts.ts'
import { OutboxDeliverer } from './jobs/outbox/outbox-deliverer.ts'
import { defaultNotifySettings as settings } from './settings.ts'
import { TEST_START_TIME } from './testing/facts.ts'
import { recordTestIncident } from './testing/incident.ts'
import { createTestWebhookInput, notifyLab, sentReasons } from './testing/lab.ts'

const db = withTestDatabase()
const { clock, context, decide, decideAt, log, recordingSender, setUp } = notifyLab(db)

/** Opens the same database in read-only mode, like a standby. */
function standby() {
  const url = new URL(db.url)
  url.searchParams.set('options', '-c default_transaction_read_only=on')
  return createDatabase(url.href, { max: 4, applicationName: 'peerwatch-test' })
}

it('nothing is sent or lost while the database is read only', async () => {
  await setUp(createTestWebhookInput('a'))
  await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
  clock().step(TEST_START_TIME + MS_PER_MINUTE)
  const readOnly = standby()
  await expect(evaluateDueAlerts({ ...context(), db: readOnly })).rejects.toMatchObject({ code: '25006' })
  expect(await decide()).toBe(1)
  const { sent, send, drain } = recordingSender()
  const deliverer = new OutboxDeliverer({
    db: readOnly,
    clock: clock(),
    settings,
    send,
    log: processLogger,
    random: () => 0.5,
  })
  await deliverer.drain(AbortSignal.timeout(20_000))
  expect(sent).toEqual([])
  await readOnly.close()
  await drain()
  expect(sentReasons(sent)).toEqual(['opened x'])
  expect(await log()).toMatchObject([{ state: 'delivered', attempts: 1 }])
})

it('an alert that lost a deadlock stays due at once', async () => {
  await setUp(createTestWebhookInput('a'))
  await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
  await db.pool.query(`
    CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'simulated' USING ERRCODE = '40P01'; END $$;
    CREATE TRIGGER lose BEFORE INSERT ON notification FOR EACH ROW EXECUTE FUNCTION lose()`)
  await expect(decideAt(MS_PER_MINUTE)).rejects.toMatchObject({ code: '40P01' })
  await db.pool.query('DROP TRIGGER lose ON notification')
  expect(await decide()).toBe(1)
})
