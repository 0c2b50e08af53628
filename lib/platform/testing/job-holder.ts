import { createDatabase } from '../database.ts'
import { startJobs } from '../jobs.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'

/**
 * A worker that runs the job `sweeping` until it is stopped, for tests that freeze the worker. It reports `running`,
 * commits a row when it gets a message, and reports how that ended. Argument: URL of the database.
 */
const [url = ''] = process.argv.slice(2)
const db = createDatabase(url, { applicationName: 'peerwatch-test-jobs', max: 4 })
const resumed = new Promise<void>((resolve) => process.once('message', () => resolve()))

let isFirst = true
const jobs = startJobs(db, [
  {
    name: 'sweeping',
    everyMs: 365 * MS_PER_DAY,
    expireInSeconds: 600,
    async run(_signal, held) {
      // after this process is resumed, it may run a later job, whose commit is allowed
      if (!isFirst) return
      isFirst = false
      process.send?.('running')
      await resumed
      const commit = held.transaction((client) => client.query(`INSERT INTO swept VALUES ('frozen')`))
      process.send?.(
        await commit.then(
          () => 'committed',
          (error: Error) => error.name,
        ),
      )
    },
  },
])
process.once('disconnect', () => void jobs.stop().then(() => db.close()))
