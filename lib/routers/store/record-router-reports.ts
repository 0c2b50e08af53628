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

/**
 * Maximum number of routes that one transaction ends because their sessions went down. Ending them takes about 50 ms.
 */
const MAX_ENDED = 2_000

/**
 * Records a router's reports in order and in one transaction. Each report is compared with the current state, and
 * intervals end and start. Recording for one router is serialized, also between its connections. The time up to which
 * the connection is known moves to the last arrival (ADR 0151).
 * @param reports reports of one connection in the order of their arrival, including placeholders for states that are
 *   already recorded. If too many routes ended with their sessions, the transaction ends early, and the remaining reports
 *   must be passed again.
 * @param next arrival of the report after these; null = no other report waits
 * @returns `taken` is the number of finished reports from the start; `upTo` is the time up to which the connection is
 *   completely recorded; null = unchanged
 * @throws RouterLimitError if the router would have more than {@link MAX_ROUTER_ROUTES} routes
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
    // a later report may have the same arrival time; then the connection is complete only up to the millisecond before
    const upTo = last !== null && last === (reports[taken]?.at ?? next) ? last - 1 : last
    return { ...(await batch.save(upTo)), taken, upTo, bounds: batch.boundsAfter }
  })
  progress.bounds = bounds
  return recorded
}

/**
 * Records session states in one transaction, ahead of routes that arrived before them and are not recorded yet, so that
 * the report of a session that went down does not wait for routes. The time up to which the connection is known does
 * not change.
 * @returns the placeholders that replace these reports in the queue
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

/**
 * Runs the work in one transaction. If the response to a commit was lost, the next attempt detects that the commit took
 * effect and returns its result.
 */
async function committedOnce<Result>(
  db: Database,
  connection: RouterConnectionKey,
  connectedAt: EpochMs,
  progress: RouterProgress,
  work: (batch: RouterBatch) => Promise<Result>,
): Promise<Result> {
  const result = await db.transaction(async (client) => {
    const batch = new RouterBatch(client, connection, connectedAt, progress)
    // loading waits for other recording of the router, and therefore also for the end of the unanswered transaction
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
 * Records lines of a router's log in order and in one transaction. If the router reports the session by BMP, the line
 * is stored only as evidence. Otherwise
 * the line also sets the state of the session.
 * @param lines lines of one connection in the order of their arrival
 * @returns `unplaced` is the number of lines that name no VRF although several VRFs have their neighbor
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
