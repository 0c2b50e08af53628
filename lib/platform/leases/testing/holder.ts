import { createDatabase } from '../../database.ts'
import { runWithWorkLease } from '../index.ts'

/**
 * A process that holds the lease `work` until it is stopped, for tests that freeze the holder. It reports `holding`
 * from inside the work, commits a row when it is resumed, and reports how that ended.
 * Arguments: URL of the database, length of the lease in seconds, and optionally `inside` to wait inside a transaction.
 */
const [url = '', seconds = '', where = ''] = process.argv.slice(2)
const db = createDatabase(url, { applicationName: 'peerwatch-test-holder', max: 4 })
const resumed = new Promise<void>((resolve) => process.once('message', () => resolve()))

const outcome = await runWithWorkLease(
  db,
  'work',
  async (lease) => {
    if (where !== 'inside') {
      process.send?.('holding')
      await resumed
    }
    await lease.db.transaction(async (client) => {
      await client.query(`INSERT INTO done VALUES ('holder')`)
      if (where === 'inside') {
        process.send?.('holding')
        await resumed
      }
    })
    return 'committed'
  },
  { seconds: Number(seconds) },
).catch((error: Error) => `failed: ${error.message}`)
process.send?.(outcome ?? 'lost')
await db.close()
process.disconnect()
