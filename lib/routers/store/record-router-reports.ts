import type { EpochMs, RouterLogLine, RouterNeighborReport } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type RecordedAheadPlaceholder,
  type RecordedReports,
  RouterBatch,
  RouterRecordingProgress,
  type RouterStateReport,
} from './router-batch.ts'
import type { RouterConnectionKey } from './router-connections.ts'

/** Maximum number of routes that one transaction ends because sessions went down. Ending so many takes about 50 ms. */
const MAX_ENDED = 2_000

/**
 * Records reports of a router in one transaction, in their order. Each report is compared with the current state; if it
 * differs, an interval ends and another begins. Only one transaction records for a router at a time. The time until
 * which the connection is recorded completely becomes the time of the last report (ADR 0151). If too many routes end
 * because their sessions went down, the transaction ends early. The caller must pass the remaining reports again.
 * @param reports reports of one connection in the order of their arrival. A state that was already recorded is replaced
 *   by its placeholder ({@link RecordedAheadPlaceholder}).
 * @param next time of arrival of the next waiting report; null = none is waiting
 * @returns `taken` is the number of reports that were recorded. `upTo` is the time until which the connection is
 *   completely recorded; null = unchanged.
 * @throws RouterLimitError if the router would have more than {@link MAX_ROUTER_ROUTES} routes
 */
export async function recordRouterReports(
  db: Database,
  connection: RouterConnectionKey,
  connectedAt: EpochMs,
  reports: readonly (RouterNeighborReport | RecordedAheadPlaceholder)[],
  progress = new RouterRecordingProgress(),
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
    // if the next report arrived in the same millisecond as the last recorded one, the connection is recorded
    // completely only until the millisecond before
    const upTo = last !== null && last === (reports[taken]?.at ?? next) ? last - 1 : last
    return { ...(await batch.save(upTo)), taken, upTo, bounds: batch.boundsAfter }
  })
  progress.bounds = bounds
  return recorded
}

/**
 * Records states of sessions in one transaction, before routes that arrived earlier and still wait. A session that went
 * down is therefore recorded without delay. The time until which the connection is recorded completely does not change.
 * @returns placeholders that the caller puts into the queue in place of these reports
 */
export async function recordRouterStates(
  db: Database,
  connection: RouterConnectionKey,
  connectedAt: EpochMs,
  reports: readonly RouterStateReport[],
  progress = new RouterRecordingProgress(),
): Promise<RecordedReports & { ahead: RecordedAheadPlaceholder[] }> {
  return committedOnce(db, connection, connectedAt, progress, async (batch) => {
    const ahead: RecordedAheadPlaceholder[] = []
    for (const report of reports) ahead.push(await batch.takeAhead(report))
    return { ...(await batch.save(null)), ahead }
  })
}

/**
 * Runs work in one transaction. If the connection was lost during an earlier commit, it first checks whether that
 * commit succeeded, and returns its result in this case.
 */
async function committedOnce<Result>(
  db: Database,
  connection: RouterConnectionKey,
  connectedAt: EpochMs,
  progress: RouterRecordingProgress,
  work: (batch: RouterBatch) => Promise<Result>,
): Promise<Result> {
  const result = await db.transaction(async (client) => {
    const batch = new RouterBatch(client, connection, connectedAt, progress)
    // `load` waits for the lock of the router, and therefore until the earlier transaction has ended
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

async function isCommitted(db: SqlExecutor, id: string): Promise<boolean> {
  const { rows } = await db.query<{ status: string }>('SELECT pg_xact_status($1::xid8) AS status', [id])
  return rows[0]?.status === 'committed'
}

/**
 * Records lines of a router's log in one transaction, in their order. If the router reports the session by BMP, a line
 * is stored as evidence only. Otherwise it also changes the state of the session.
 * @param lines lines of one log in the order of their arrival
 * @returns `unplaced` is the number of lines that could not be assigned, because the line names a neighbor that exists
 *   in several VRFs, but does not name the VRF
 */
export async function recordRouterLog(
  db: Database,
  connection: RouterConnectionKey,
  connectedAt: EpochMs,
  lines: readonly RouterLogLine[],
): Promise<RecordedReports & { unplaced: number }> {
  return db.transaction(async (client) => {
    const batch = new RouterBatch(client, connection, connectedAt)
    await batch.load()
    let unplaced = 0
    for (const line of lines) if (!(await batch.takeLogged(line))) unplaced++
    return { ...(await batch.save(lines.at(-1)?.at ?? connectedAt)), unplaced }
  })
}
