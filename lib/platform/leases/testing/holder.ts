import { createDatabase } from '../../database.ts'
import { withLease } from '../index.ts'

/**
 * A process that holds the lease `work` until it is stopped, for tests of what its freezing does. It reports `holding` from inside the
 * work, then commits a row when it is resumed, and reports how that ended.
 *
 * Arguments: the database's URL, the length of the lease in seconds, and `inside` to be inside a transaction meanwhile.
 */
const [url = '', seconds = '', where = ''] = process.argv.slice(2)
const db = createDatabase(url, { applicationName: 'peerwatch-test-holder', max: 4 })
const resumed = new Promise<void>((resolve) => process.once('message', () => resolve()))

const outcome = await withLease(
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
