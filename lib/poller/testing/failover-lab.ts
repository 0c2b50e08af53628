import path from 'node:path'
import { expect } from 'vitest'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { oneCircuitScenario as estate } from '#lab/simulator/index.ts'
import { findInconsistenciesInHistory } from './audit.ts'
import {
  waitUntilTrue,
  areExpectedPollsRecorded,
  type LoggedPoll,
  startAzure,
  startWorkerProcess,
  type WorkerProcess,
} from './lab.ts'

const EVERY = {
  POLL_SESSIONS_EVERY: '500ms',
  POLL_CIRCUITS_EVERY: '500ms',
  POLL_ROUTES_EVERY: '1s',
  POLL_INVENTORY_EVERY: '5s',
}
const MIGRATIONS = path.resolve(import.meta.dirname, '../../../prisma/migrations')
const BACK_WITHIN_MS = 30_000
const LONGEST_MS = 120_000

/** A worker's connection to the database: its address and further settings. */
export type WorkerDatabaseConnection = { url: string; more?: Record<string, string> }

/**
 * Longest time without a recorded poll during a change of the primary, in milliseconds: for all workers together, and
 * for each.
 */
export type LongestTimeWithoutPoll = { ofAll: number; ofEach: number[] }

export const formatLongestTimeWithoutPoll = ({ ofAll, ofEach }: LongestTimeWithoutPoll): string =>
  `no poll was recorded for ${ofAll} ms (each worker: ${ofEach.join(', ')} ms)`

/** Workers in separate processes that poll a simulated Azure while the servers of their database change roles. */
export interface FailoverLab {
  /**
   * Changes or kills the primary while the workers poll, and resolves when every worker polls again. Fails if no worker
   * polled for 30 s, or if a recorded poll is missing.
   */
  pollThrough(change: () => Promise<unknown>): Promise<LongestTimeWithoutPoll>
  /** Stops the workers. @returns missing polls and inconsistencies in history; empty = everything is correct */
  audit(): Promise<string[]>
  close(): Promise<void>
}

/**
 * @param url address of the database for migrations and the test's queries; @param routes connections of the workers
 */
export async function startFailoverLab(url: string, routes: readonly WorkerDatabaseConnection[]): Promise<FailoverLab> {
  await applyMigrations(url, { folder: MIGRATIONS })
  const simulator = await startAzure(estate)
  const db = createDatabase(url, { max: 2, applicationName: 'peerwatch-test' })
  const workers = routes.map((route) => startWorkerProcess(simulator, route.url, { ...EVERY, ...route.more }))
  const recordedBy = (worker: WorkerProcess) => worker.polls().filter(({ status }) => status === 'recorded')
  const recorded = () => workers.flatMap(recordedBy)
  await waitUntilTrue('polls', () => areExpectedPollsRecorded(db, 'peers'), LONGEST_MS)
  await waitUntilTrue('many polls', () => recorded().length > 100, LONGEST_MS)
  return {
    async pollThrough(change) {
      const from = Date.now()
      await change()
      const changedAt = Date.now()
      await waitUntilTrue(
        'all workers poll again',
        () => workers.every((worker) => recordedBy(worker).some(({ startedAt }) => startedAt > changedAt)),
        LONGEST_MS,
      )
      const pause = {
        ofAll: longestPause(recorded(), from),
        ofEach: workers.map((one) => longestPause(recordedBy(one), from)),
      }
      expect(pause.ofAll).toBeLessThan(BACK_WITHIN_MS)
      expect(await missing(db, recorded())).toEqual([])
      return pause
    },
    async audit() {
      for (const worker of workers) await worker.stop()
      const { rows } = await db.pool.query<{ polls: string }>('SELECT sum(polls)::text AS polls FROM coverage')
      const [counted, reported] = [Number(rows[0]?.polls), recorded().length]
      const uncounted = counted < reported ? [`${reported} polls were reported and ${counted} counted`] : []
      return [...uncounted, ...(await missing(db, recorded())), ...(await findInconsistenciesInHistory(db))]
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.kill()))
      await db.close()
      await simulator.close()
    },
  }
}

function longestPause(polls: readonly LoggedPoll[], from: number): number {
  const moments = polls.map(({ time }) => Date.parse(time)).filter((moment) => moment > from)
  const inOrder = [from, ...moments.toSorted((a, b) => a - b)]
  return Math.max(...inOrder.slice(1).map((moment, i) => moment - (inOrder[i] ?? moment)))
}

/**
 * Returns the polls that a worker reported as recorded but that are missing from coverage. A poll that was lost with a
 * server is in a gap, because the next poll is too late to continue the earlier coverage.
 */
async function missing(db: Database, polls: readonly LoggedPoll[]): Promise<string[]> {
  const { rows } = await db.pool.query<{ poll: string }>(
    `SELECT p.scope || ' ' || p.subresource || ' ' || p.kind || ' ' || p.started_at AS poll
     FROM jsonb_to_recordset($1) AS p (scope text, subresource text, kind text, started_at bigint)
     WHERE NOT EXISTS (
       SELECT FROM coverage c JOIN source s ON s.id = c.source_id JOIN resource r ON r.id = s.resource_id
       WHERE r.short_id = p.scope AND s.subresource = p.subresource AND c.kind = p.kind
         AND to_timestamp(p.started_at / 1000.0) BETWEEN c.from_at AND c.last_started_at)`,
    [JSON.stringify(polls.map(({ startedAt, ...poll }) => ({ ...poll, started_at: startedAt })))],
  )
  return rows.map(({ poll }) => poll)
}
