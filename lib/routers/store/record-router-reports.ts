import type { EpochMs, LoggedLine, RouterReport } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  type RecordedAhead,
  type RecordedReports,
  RouterBatch,
  RouterProgress,
  type StateReport,
} from './router-batch.ts'
import type { RouterConnectionKey } from './router-connections.ts'

/** Routes that end with their sessions in one transaction, in about 50 ms. */
const MAX_ENDED = 2_000

/**
 * Records what a router reports, in order and in one transaction: compares each report with what is current, and ends and begins intervals.
 * Reports of one router take turns, also those of its several connections. What the connection was known up to moves to the last arrival (ADR 0151).
 * @param reports of one connection, in the order of their arrival; those of states that are recorded are in their place. Where many
 *   routes ended with their sessions the transaction ends, too: the next states wait.
 * @param next arrival of the report after these; null = nothing else waits
 * @returns taken: reports that are done with, from the first on; upTo: everything of the connection is recorded up to then; null = as before
 * @throws RouterLimitError when the router would have more than {@link MAX_ROUTER_ROUTES} routes
 */
export async function recordRouterReports(
  db: Database,
  connection: RouterConnectionKey,
  connectedAt: EpochMs,
  reports: readonly (RouterReport | RecordedAhead)[],
  progress = new RouterProgress(),
  next: EpochMs | null = null,
): Promise<RecordedReports & { taken: number; upTo: EpochMs | null }> {
  const { bounds, ...recorded } = await committedOnce(db, connection, connectedAt, progress, async (batch) => {
    let [taken, left] = [0, MAX_ENDED]
    for (const report of reports) {
      if (report.type !== 'recordedAhead') await batch.take(report)
      else left -= await batch.pass(report, left)
      if (left <= 0) break
      taken++
    }
    const last = reports[taken - 1]?.at ?? null
    // several arrive at once
    const upTo = last !== null && last === (reports[taken]?.at ?? next) ? last - 1 : last
    return { ...(await batch.save(upTo)), taken, upTo, bounds: batch.boundsAfter }
  })
  progress.bounds = bounds
  return recorded
}

/**
 * Records states in one transaction, ahead of routes that arrived before them and are not recorded yet: who waits for a fall does not wait for
 * these. What the connection was known up to stays as it is.
 * @returns what takes the place of each among the reports
 */
export async function recordRouterStates(
  db: Database,
  connection: RouterConnectionKey,
  connectedAt: EpochMs,
  reports: readonly StateReport[],
  progress = new RouterProgress(),
): Promise<RecordedReports & { ahead: RecordedAhead[] }> {
  return committedOnce(db, connection, connectedAt, progress, async (batch) => {
    const ahead: RecordedAhead[] = []
    for (const report of reports) ahead.push(await batch.takeAhead(report))
    return { ...(await batch.save(null)), ahead }
  })
}

/** In one transaction. One whose answer was lost and that is tried again is found committed, and its result stands. */
async function committedOnce<Result>(
  db: Database,
  connection: RouterConnectionKey,
  connectedAt: EpochMs,
  progress: RouterProgress,
  work: (batch: RouterBatch) => Promise<Result>,
): Promise<Result> {
  const result = await db.transaction(async (client) => {
    const batch = new RouterBatch(client, connection, connectedAt, progress)
    // it waits for whoever records for the router, and so for the end of that transaction
    await batch.load()
    const { unanswered } = progress
    if (unanswered && (await isCommitted(client, unanswered.id))) return unanswered.result as Result
    const done = await work(batch)
    const { rows } = await client.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id')
    progress.unanswered = { id: rows[0]?.id ?? '', result: done }
    return done
  })
  progress.unanswered = null
  return result
}

async function isCommitted(db: Queryable, id: string): Promise<boolean> {
  const { rows } = await db.query<{ status: string }>('SELECT pg_xact_status($1::xid8) AS status', [id])
  return rows[0]?.status === 'committed'
}

/**
 * Records lines of a router's log, in order and in one transaction. Of a session that the router reports by BMP a line is kept as evidence alone; of
 * any other it says what the session went to.
 * @param lines of one connection, in the order of their arrival
 * @returns unplaced: lines of neighbors that several VRFs have and that name none of them
 */
export async function recordRouterLog(
  db: Database,
  connection: RouterConnectionKey,
  connectedAt: EpochMs,
  lines: readonly LoggedLine[],
): Promise<RecordedReports & { unplaced: number }> {
  return db.transaction(async (client) => {
    const batch = new RouterBatch(client, connection, connectedAt)
    await batch.load()
    let unplaced = 0
    for (const line of lines) if (!(await batch.takeLogged(line))) unplaced++
    return { ...(await batch.save(lines.at(-1)?.at ?? connectedAt)), unplaced }
  })
}
