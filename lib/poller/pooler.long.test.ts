import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabaseClient } from '#lib/platform/connection/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { runWithWorkLease } from '#lib/platform/leases/index.ts'
import { type TestConnectionPooler, startPooler } from '#lib/platform/testing/pooler.ts'
import { PGBOUNCER_PROGRAM } from '#lib/platform/system-programs.ts'
import { whyWithout } from '#lib/platform/testing/why-without.ts'
import { shouldSkipTestsWithReason } from '#lib/platform/testing/skipped.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario as estate, type RunningSimulator } from '#lab/simulator/index.ts'
import { followChanges } from './poll/change-feed.ts'
import { findInconsistenciesInHistory } from './testing/audit.ts'
import {
  waitUntilTrue,
  areExpectedPollsRecorded,
  startAzure,
  startWorkerProcess,
  type WorkerProcess,
} from './testing/lab.ts'

const direct = withTestDatabase()
let pooler: TestConnectionPooler
let pooled: Database
let simulator: RunningSimulator
let worker: WorkerProcess | undefined

const EVERY = {
  POLL_SESSIONS_EVERY: '500ms',
  POLL_CIRCUITS_EVERY: '500ms',
  POLL_ROUTES_EVERY: '1s',
  POLL_INVENTORY_EVERY: '5s',
}

describe.skipIf(shouldSkipTestsWithReason('tests of pgbouncer', whyWithout([PGBOUNCER_PROGRAM])))(
  'behind pgbouncer in transaction mode',
  () => {
    beforeAll(async () => {
      pooler = await startPooler(direct.url, 6)
      pooled = createDatabase(pooler.url, {
        max: 12,
        applicationName: 'peerwatch-test',
        statementLimitMs: 5_000,
        idleInTransactionMs: 4_000,
      })
      simulator = await startAzure(estate)
    })
    afterAll(async () => {
      await worker?.kill()
      await pooled?.close()
      await simulator?.close()
      await pooler?.stop()
    })

    it('transactions have their limits and UTC, though clients share the server’s sessions', async () => {
      const settings = `SELECT current_setting('statement_timeout') AS statement, current_setting('TimeZone') AS zone,
                             current_setting('idle_in_transaction_session_timeout') AS idle, pg_backend_pid() AS pid`
      const other = createDatabaseClient(pooler.url, 'peerwatch-elsewhere')
      await other.connect()
      await other.query(`SET TimeZone = 'Asia/Tokyo'`)
      // these queries spread its time zone to the pooler's server sessions
      for (let n = 0; n < 20; n += 1) await other.query('SELECT 1')
      const inside = await Promise.all(
        Array.from({ length: 30 }, () =>
          pooled.transaction(async (client) => {
            return (await client.query(settings)).rows[0]
          }),
        ),
      )
      for (const row of inside) expect(row).toMatchObject({ statement: '5s', idle: '4s', zone: 'UTC' })
      expect(new Set(inside.map(({ pid }) => pid)).size).toBeLessThanOrEqual(6)
      // the settings do not remain in a session
      const { rows } = await pooled.pool.query(settings)
      expect(rows[0]).toMatchObject({ statement: '0', idle: '0', zone: 'UTC' })
      await other.end()
    })

    it('leases exclude, and their transactions are fenced', async () => {
      let running = 0
      const ran = await Promise.all(
        Array.from({ length: 8 }, () =>
          runWithWorkLease(pooled, 'pooled', async (lease) => {
            running += 1
            expect(running).toBe(1)
            await lease.db.transaction((client) => client.query('SELECT pg_sleep(0.05)'))
            running -= 1
            return true
          }),
        ),
      )
      expect(ran.filter((one) => one === true).length).toBeGreaterThan(0)
    })

    it('a worker polls, runs its jobs and announces changes', async () => {
      const changes = followChanges(direct.url)
      let received = 0
      changes.on(['sessions', 'sources', 'events', 'circuits'], () => {
        received += 1
      })
      await changes.ready
      worker = startWorkerProcess(simulator, pooler.url, { ...EVERY, DATABASE_LISTEN_URL: direct.url })
      await waitUntilTrue(
        'polls of everything',
        async () => (await areExpectedPollsRecorded(direct, 'tables', 2)) && areExpectedPollsRecorded(direct, 'peers'),
        120_000,
      )
      const jobs = await waitUntilTrue(
        'jobs that ended',
        async () => {
          const { rows } = await direct.pool.query('SELECT name FROM job WHERE attempts = 0 AND next_at > now()')
          return rows.length >= 3 && rows
        },
        120_000,
      )
      expect(jobs.length).toBeGreaterThanOrEqual(3)
      expect(received).toBeGreaterThan(0)
      await worker.stop()
      await changes.close()
      expect(await findInconsistenciesInHistory(direct)).toEqual([])
      const faults = worker.lines.filter(
        (line) => /"level":(50|60)/.test(line) || /unsupported startup|prepared statement/.test(line),
      )
      expect(faults).toEqual([])
    })
  },
)
