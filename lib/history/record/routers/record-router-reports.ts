import type { EpochMs, LoggedLine, RouterReport } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { type RecordedReports, RouterBatch } from './router-batch.ts'
import type { RouterConnectionKey } from './router-connections.ts'

/**
 * Records what a router reports, in order and in one transaction: compares each report with what is current, and ends and begins intervals.
 * Reports of one router take turns, also those of its several connections. What the connection was known up to moves to the last arrival (ADR 0151).
 * @param reports of one connection, in the order of their arrival
 * @throws RouterLimitError when the router would have more than {@link MAX_ROUTER_ROUTES} routes
 */
export async function recordRouterReports(
  db: Database,
  connection: RouterConnectionKey,
  connectedAt: EpochMs,
  reports: readonly RouterReport[],
): Promise<RecordedReports> {
  return db.transaction(async (client) => {
    const batch = new RouterBatch(client, connection, connectedAt)
    await batch.load()
    for (const report of reports) await batch.take(report)
    return batch.save(reports.at(-1)?.at ?? connectedAt)
  })
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
