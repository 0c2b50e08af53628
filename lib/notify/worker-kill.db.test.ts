import { afterEach, expect, it } from 'vitest'
import { machineClock } from '#lib/platform/clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import { waitUntilTrue, startAzure, startWorkerProcess, type WorkerProcess } from '#lib/poller/testing/lab.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { listNotifications, replaceChannels, createSecretBox } from './index.ts'
import { recordTestIncident } from './testing/incident.ts'
import { createTestWebhookInput } from './testing/lab.ts'
import { receiveWebhooks, TEST_WEBHOOK_SECRET, type WebhookReceiver } from './testing/webhook-receiver.ts'

/** Tests two real worker processes, of which the first is killed or frozen. */
const db = withTestDatabase()
const SECRETS_KEY = 'a key for both workers, long enough'
const RARE_POLLS = { POLL_SESSIONS_EVERY: '1d', POLL_CIRCUITS_EVERY: '1d', SECRETS_KEY, OUTBOUND_ALLOW: '127.0.0.1' }

let simulator: RunningSimulator
let receiver: WebhookReceiver
const workers: WorkerProcess[] = []
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()))
  await receiver?.close()
  await simulator?.close()
})

function startWorker(): WorkerProcess {
  const worker = startWorkerProcess(simulator, db.url, RARE_POLLS)
  workers.push(worker)
  return worker
}

/** Creates a channel, and an incident that will be notified on it. */
async function setUp(): Promise<string> {
  await db.pool.query('TRUNCATE notify_channel, alert_state, notification, event, incident CASCADE')
  // the fast profile, because only notifications are tested
  simulator = await startAzure(oneCircuitScenario, { profile: 'quick' })
  receiver = await receiveWebhooks(TEST_WEBHOOK_SECRET)
  await replaceChannels(
    db,
    { channels: [createTestWebhookInput('NOC', { url: receiver.url })] },
    { clock: machineClock, secrets: createSecretBox(SECRETS_KEY), scopeOf: (id) => id },
  )
  return recordTestIncident(db, { name: 'x', at: Date.now() - 60_000, severity: 'critical' })
}

it('a message of a killed worker is sent by another one, with the same id', {
  timeout: 60_000,
}, async () => {
  await setUp()
  const killed = Promise.withResolvers<void>()
  // the worker is killed while it waits for the answer
  receiver.answer(() => void workers[0]?.kill().then(killed.resolve))
  startWorker()
  await killed.promise

  const [left] = (await listNotifications(db, { limit: 1 })).data
  expect(left).toMatchObject({ state: 'pending', attempts: 1, deliveredAt: null })
  receiver.answer((response) => response.writeHead(204).end())
  // expires the lease, instead of waiting for twenty seconds
  await db.pool.query(`UPDATE notification SET lease_until = now() - interval '1 second'`)
  startWorker()
  await waitUntilTrue('delivered', async () => (await listNotifications(db, { limit: 1 })).data[0]?.deliveredAt, 30_000)
  expect(receiver.received.map(({ id }) => id)).toEqual([left?.id, left?.id])
})

it.runIf(SHOULD_RUN_LONG_TESTS)(
  'alerts are evaluated by another worker when the one that holds the lease freezes',
  {
    timeout: 120_000,
  },
  async () => {
    const alert = await setUp()
    // the first worker freezes during its decision, which waits for this locked row
    await db.transaction(async (client) => {
      await client.query('SELECT FROM alert_state WHERE id = $1 FOR UPDATE', [alert])
      startWorker()
      await waitUntilTrue('the first worker decides', async () => {
        // query outside of the transaction, which would see the same answer each time
        const { rows } = await db.pool.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        )
        return rows.length > 0
      })
      workers[0]?.child.kill('SIGSTOP')
    })
    // advances the lease by ten seconds instead of waiting
    await db.pool.query(`UPDATE work_lease SET expires_at = expires_at - interval '10 s'`)
    startWorker()
    await waitUntilTrue('delivered', async () => (await listNotifications(db, { limit: 1 })).data[0]?.deliveredAt)
    workers[0]?.child.kill('SIGCONT')
    // the resumed worker finds that there is nothing left to decide
    expect(await workers[0]?.stop()).toBe(0)
    expect(receiver.received.map(({ id }) => id)).toEqual([(await listNotifications(db, { limit: 9 })).data[0]?.id])
  },
)
