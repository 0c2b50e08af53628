import type { PoolClient } from 'pg'
import { type EpochMs, type RoutePollKind, routePollKinds } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { selectRouteChanges } from '../read/config/route-change-queries.ts'
import { formatIsoTime, toEpochMs } from '../times.ts'

/**
 * Period that a transaction processes. A week takes about a second for a table in which every route changes twice a
 * day.
 */
const PIECE_MS = 7 * 86_400_000

interface Waiting {
  sourceId: number
  kind: RoutePollKind
  /** 1 ms after the end of the table's last poll, that is, the exclusive end of the time to roll up */
  until: EpochMs
}

/**
 * Stores the number of routes that each poll of a route table changed, so that the churn (number of route changes) of a
 * month is computed without counting intervals. Polls of a table are recorded in the order of their ends, so the stored
 * numbers are final.
 * Locks only its own rows, so processes that record polls do not wait. Idempotent; concurrent calls take turns.
 * @param options.signal stops it between two transactions; the work of completed ones is kept
 * @param options.pieceMs period that a transaction processes, milliseconds
 * @returns number of polls that were rolled up
 */
export async function rollUpChurn(
  db: Database,
  { signal, pieceMs = PIECE_MS }: { signal?: AbortSignal; pieceMs?: number } = {},
): Promise<number> {
  let polls = 0
  for (const table of await waitingTables(db)) {
    for (let isDone = false; !isDone; ) {
      if (signal?.aborted) return polls
      const piece = await db.transaction((client) => takeIn(client, table, pieceMs))
      polls += piece.polls
      isDone = piece.isDone
    }
  }
  return polls
}

/** Returns the tables with polls that are not rolled up; those waiting longest come first. */
async function waitingTables(db: Database): Promise<Waiting[]> {
  const { rows } = await db.pool.query<{ source_id: number; kind: RoutePollKind; until: Date }>(
    `SELECT p.source_id, p.kind, p.last_finished_at + interval '1 ms' AS until
     FROM poll_state p LEFT JOIN route_churn_state c ON c.source_id = p.source_id AND c.kind = p.kind
     WHERE p.kind = ANY ($1) AND p.last_finished_at >= coalesce(c.rolled_up_to, '-infinity')
     ORDER BY c.rolled_up_to NULLS FIRST, p.source_id, p.kind`,
    [routePollKinds],
  )
  return rows.map((row) => ({ sourceId: row.source_id, kind: row.kind, until: toEpochMs(row.until) }))
}

async function takeIn(client: PoolClient, { sourceId, kind, until }: Waiting, pieceMs: number) {
  const from = await lockState(client, sourceId, kind, until)
  const to = Math.min(until, from + pieceMs)
  if (to <= from) return { polls: 0, isDone: true }
  const ids = (op: string) => `coalesce(array_agg(c.route_id ORDER BY c.route_id) FILTER (WHERE op = '${op}'), '{}')`
  const { rowCount } = await client.query(
    `INSERT INTO route_churn (source_id, kind, at, first_seen, announced, withdrawn, changed)
     SELECT $1, $2, c.at, count(*) FILTER (WHERE op = 'first_seen'), ${ids('announced')}, ${ids('withdrawn')}, ${ids('changed')}
     FROM (${selectRouteChanges('ARRAY[$1::int]', '$3', '$4')}) c JOIN route r ON r.source_id = c.source_id AND r.id = c.route_id
     WHERE r.source_id = $1 AND r.kind = $2
     GROUP BY c.at`,
    [sourceId, kind, formatIsoTime(from), formatIsoTime(to)],
  )
  await client.query('UPDATE route_churn_state SET rolled_up_to = $3 WHERE source_id = $1 AND kind = $2', [
    sourceId,
    kind,
    formatIsoTime(to),
  ])
  return { polls: rowCount ?? 0, isDone: to === until }
}

/**
 * Locks the rollup state of a table until the end of the transaction. A new table begins with its first route.
 * @returns time up to which it is rolled up
 */
async function lockState(client: PoolClient, sourceId: number, kind: RoutePollKind, until: EpochMs): Promise<EpochMs> {
  await client.query(
    `INSERT INTO route_churn_state (source_id, kind, rolled_up_to)
     SELECT $1, $2, least($3, (SELECT min(first_present) FROM route_interval WHERE source_id = $1),
                              (SELECT min(first_present) FROM route WHERE source_id = $1))
     WHERE NOT EXISTS (SELECT FROM route_churn_state WHERE source_id = $1 AND kind = $2)
     ON CONFLICT DO NOTHING`,
    [sourceId, kind, formatIsoTime(until)],
  )
  const { rows } = await client.query<{ rolled_up_to: Date }>(
    'SELECT rolled_up_to FROM route_churn_state WHERE source_id = $1 AND kind = $2 FOR UPDATE',
    [sourceId, kind],
  )
  const [row] = rows
  if (!row) throw new Error(`there is no state of ${kind} of source ${sourceId}`)
  return toEpochMs(row.rolled_up_to)
}
