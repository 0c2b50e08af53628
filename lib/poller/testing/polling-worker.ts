import { createAzureClient } from '#lib/azure/index.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { startWorker } from '../worker.ts'
import { HOURLY_POLL_INTERVALS } from './hourly.ts'

/**
 * A worker in a separate process that a test can freeze, with a short deadline for its polls. Arguments: the database's
 * URL, the simulator's URL, the deadline in milliseconds.
 */
const [url = '', resourceManagerUrl = '', deadlineMs = ''] = process.argv.slice(2)
const db = createDatabase(url, { applicationName: 'peerwatch-test-worker', max: 6 })
const azure = createAzureClient({ resourceManagerUrl, subscriptionIds: '*' })
const worker = startWorker({
  db,
  azure,
  deadlineMs: Number(deadlineMs),
  intervals: { ...HOURLY_POLL_INTERVALS, sessionsMs: 500 },
})
process.once('disconnect', async () => {
  await worker.stop()
  azure.close()
  await db.close()
})
