import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { findFormerVersion, unpackVersion } from '#lib/platform/testing/former-version.ts'
import { shouldSkipTestsWithReason } from '#lib/platform/testing/skipped.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario as estate, type RunningSimulator } from '#lab/simulator/index.ts'
import { findInconsistenciesInHistory } from './testing/audit.ts'
import { waitUntilTrue, startAzure, startWorkerProcess, type WorkerProcess } from './testing/lab.ts'

const EVERY = { POLL_SESSIONS_EVERY: '500ms', POLL_CIRCUITS_EVERY: '500ms', POLL_ROUTES_EVERY: '1s' }
const POLLS = 50
const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations')
const LONGEST_MS = 120_000

const former = findFormerVersion()
const db = withTestDatabase({ empty: true })

describe.skipIf(shouldSkipTestsWithReason('tests of a rolling upgrade', former.missing))(
  `a rolling upgrade from ${former.version}`,
  () => {
    let unpacked: Awaited<ReturnType<typeof unpackVersion>>
    let simulator: RunningSimulator
    const workers: WorkerProcess[] = []

    const start = (root?: string) => {
      const worker = startWorkerProcess(simulator, db.url, EVERY, root)
      workers.push(worker)
      return worker
    }
    const recorded = (worker: WorkerProcess) => worker.polls().filter(({ status }) => status === 'recorded').length
    const polls = (worker: WorkerProcess, more = POLLS) => {
      const from = recorded(worker)
      return waitUntilTrue('polls of each version', () => recorded(worker) >= from + more, LONGEST_MS)
    }

    beforeAll(async () => {
      unpacked = await unpackVersion(former.version)
      simulator = await startAzure(estate)
    }, 300_000)

    afterAll(async () => {
      await Promise.all(workers.map((worker) => worker.kill()))
      await simulator?.close()
      unpacked?.remove()
    })

    it('workers of both versions poll at once with the newer schema, and what they record is whole', async () => {
      await applyMigrations(db.url, { folder: path.join(unpacked.root, 'prisma/migrations') })
      const old = start(unpacked.root)
      await polls(old)
      const { applied } = await applyMigrations(db.url, { folder: MIGRATIONS })
      const present = start()
      await Promise.all([polls(old), polls(present)])
      if (applied.length > 0) {
        const again = start(unpacked.root)
        expect(await again.exited).not.toBe(0)
        expect(again.lines.filter((line) => line.includes('newer than this version'))).toHaveLength(1)
      }
      const reported = await Promise.all([old, present].map(async (worker) => (await worker.stop(), recorded(worker))))
      const { rows } = await db.pool.query<{ polls: number }>('SELECT sum(polls)::int AS polls FROM coverage')
      expect(rows[0]?.polls).toBeGreaterThanOrEqual(reported.reduce((sum, one) => sum + one, 0))
      expect(await findInconsistenciesInHistory(db)).toEqual([])
      const faults = workers.slice(0, 2).flatMap(({ lines }) => lines.filter((line) => /"level":(50|60)/.test(line)))
      expect(faults).toEqual([])
      process.stdout.write(
        `${applied.length} migrations while a former worker polled; ${reported.join(' and ')} polls recorded\n`,
      )
    })
  },
)
