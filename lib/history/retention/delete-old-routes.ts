import { type EpochMs, routePollKinds } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../times.ts'

/** Number of rows that a transaction deletes. A process that records a poll of the source may wait for that long. */
const BATCH = 500

/** End of the last poll of each route table of a source, by kind. */
type Polled = ReadonlyMap<string, EpochMs>

/**
 * Deletes routes that were last seen before a moment and have no stored intervals, and attribute sets that no route
 * uses. The rows to delete are first searched without locks, because the search takes seconds with millions of
 * intervals. Processes that record polls of the source wait only while rows are deleted. If such a process is active,
 * the deletion is left to the next run.
 */
export async function deleteOldRoutes(db: Database, sourceId: number, before: EpochMs): Promise<void> {
  const sought = await polledTables(db.pool, sourceId)
  const routes = await idsOf(
    db.pool,
    `SELECT r.id FROM route r WHERE r.source_id = $1 AND r.first_present IS NULL AND r.closed_until < $2
       AND NOT EXISTS (SELECT FROM route_interval i WHERE i.source_id = $1 AND i.route_id = r.id)`,
    [sourceId, formatIsoTime(before)],
  )
  const sets = await idsOf(
    db.pool,
    `SELECT a.id FROM route_attributes a WHERE a.source_id = $1
       AND NOT EXISTS (SELECT FROM route r WHERE r.source_id = $1 AND r.attributes_id = a.id)
       AND NOT EXISTS (SELECT FROM route_interval i WHERE i.source_id = $1 AND i.attributes_id = a.id)`,
    [sourceId],
  )
  for (const batch of batchesOf(routes)) {
    const isDone = await besideRecorders(db, sourceId, sought, (client) =>
      // A route that was seen again since the search has an ongoing interval or a later end, so the condition excludes
      // it.
      client.query(
        `DELETE FROM route WHERE source_id = $1 AND id = ANY ($2::int[]) AND first_present IS NULL AND closed_until < $3`,
        [sourceId, batch, formatIsoTime(before)],
      ),
    )
    if (!isDone) return
  }
  for (const batch of batchesOf(sets)) {
    const isDone = await besideRecorders(db, sourceId, sought, (client, changedFrom) =>
      client.query(
        `DELETE FROM route_attributes a WHERE a.source_id = $1 AND a.id = ANY ($2::int[])
           AND NOT EXISTS (SELECT FROM route r WHERE r.source_id = $1 AND r.attributes_id = a.id)
           AND NOT EXISTS (SELECT FROM route_interval i WHERE i.source_id = $1 AND i.first_absent > $3 AND i.attributes_id = a.id)`,
        [sourceId, batch, changedFrom === Infinity ? 'infinity' : formatIsoTime(changedFrom)],
      ),
    )
    if (!isDone) return
  }
}

/**
 * Runs a deletion if no process is recording a route table of the source.
 * @param sought ends of the last polls before the search for candidates
 * @param work the deletion. Its argument is the time after which intervals may have ended since the search; Infinity =
 *   no table was polled since
 * @returns false if a process is recording; the deletion was then not run
 */
function besideRecorders(
  db: Database,
  sourceId: number,
  sought: Polled,
  work: (client: SqlExecutor, changedFrom: EpochMs) => Promise<unknown>,
): Promise<boolean> {
  return db.transaction(async (client) => {
    const now = await polledTables(client, sourceId, 'FOR UPDATE SKIP LOCKED')
    if ([...sought.keys()].some((kind) => !now.has(kind))) return false
    const changed = [...now].filter(([kind, at]) => sought.get(kind) !== at)
    await work(client, Math.min(Infinity, ...changed.map(([kind]) => sought.get(kind) ?? 0)))
    return true
  })
}

async function polledTables(db: SqlExecutor, sourceId: number, locking = ''): Promise<Polled> {
  const { rows } = await db.query<{ kind: string; at: Date | null }>(
    `SELECT kind, last_finished_at AS at FROM poll_state WHERE source_id = $1 AND kind = ANY ($2) ORDER BY kind ${locking}`,
    [sourceId, routePollKinds],
  )
  return new Map(rows.flatMap(({ kind, at }) => (at === null ? [] : [[kind, at.getTime()] as const])))
}

async function idsOf(db: SqlExecutor, text: string, values: unknown[]): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(text, values)
  return rows.map(({ id }) => id)
}

function batchesOf(ids: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(ids.length / BATCH) }, (_, n) => ids.slice(n * BATCH, (n + 1) * BATCH))
}
