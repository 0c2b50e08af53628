import { afterEach, expect, it } from 'vitest'
import { systemClock } from '#lib/platform/clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { eventually, startAzure, startWorkerProcess, type WorkerProcess } from '#lib/poller/testing/lab.ts'
import { pair, type Simulator } from '#lib/simulator/index.ts'
import { listNotifications, replaceChannels, secretBox } from './index.ts'
import { record } from './testing/incident.ts'
import { receiveWebhooks, SECRET, type WebhookReceiver } from './testing/webhook-receiver.ts'

/** Two real worker processes; the first is killed during an attempt. */
const db = withTestDatabase()
const SECRETS_KEY = 'a key for both workers, long enough'
const RARE_POLLS = { POLL_SESSIONS_EVERY: '1d', POLL_CIRCUITS_EVERY: '1d', SECRETS_KEY, OUTBOUND_ALLOW: '127.0.0.1' }

let simulator: Simulator
let receiver: WebhookReceiver
const workers: WorkerProcess[] = []
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.kill()))
  await receiver?.close()
  await simulator?.close()
})

function startWorker(): WorkerProcess {
  const worker = startWorkerProcess(simulator, db.url, RARE_POLLS)
  workers.push(worker)
  return worker
}

it('a message of a killed worker is sent by another one, with the same id', {
  timeout: 60_000,
}, async () => {
  simulator = await startAzure(pair)
  receiver = await receiveWebhooks(SECRET)
  await replaceChannels(
    db,
    {
      channels: [
        {
          kind: 'webhook',
          name: 'NOC',
          url: receiver.url,
          secret: SECRET,
          enabled: true,
          filters: { minSeverity: 'warning', scopes: [], kinds: [], owners: [] },
        },
      ],
    },
    { clock: systemClock, secrets: secretBox(SECRETS_KEY), scopeOf: (id) => id },
  )
  await record(db, { name: 'x', at: Date.now() - 60_000, severity: 'critical' })
  const killed = Promise.withResolvers<void>()
  // the worker is killed while it waits for the answer
  receiver.answer(() => void workers[0]?.kill().then(killed.resolve))
  startWorker()
  await killed.promise

  const [left] = (await listNotifications(db, { limit: 1 })).data
  expect(left).toMatchObject({ state: 'pending', attempts: 1, deliveredAt: null })
  receiver.answer((response) => response.writeHead(204).end())
  // expire its lease, as two minutes would
  await db.pool.query(`UPDATE notification SET lease_until = now() - interval '1 second'`)
  startWorker()
  await eventually('delivered', async () => (await listNotifications(db, { limit: 1 })).data[0]?.deliveredAt, 30_000)
  expect(receiver.received.map(({ id }) => id)).toEqual([left?.id, left?.id])
})
