import type { EpochMs } from '#lib/platform/clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Returns the commit time of the last transaction that a replica replayed, in the time of the primary. The replica may
 * be more current than this, because the time does not advance while nothing is written on the primary. Null = the
 * server is not a replica, or has not replayed a transaction yet.
 * @source https://www.postgresql.org/docs/current/functions-admin.html (pg_last_xact_replay_timestamp)
 */
export async function readLastReplayedCommitTime(q: SqlExecutor): Promise<EpochMs | null> {
  const { rows } = await q.query<{ at: number | null }>(
    `SELECT CASE WHEN pg_is_in_recovery() THEN floor(extract(epoch FROM pg_last_xact_replay_timestamp()) * 1000)::float8 END AS at`,
  )
  return rows[0]?.at ?? null
}

/**
 * Returns the current end of the primary's write-ahead log. All transactions that were committed until now are before
 * this position.
 */
export async function readLogEnd(primary: SqlExecutor): Promise<string> {
  const { rows } = await primary.query<{ end: string }>('SELECT pg_current_wal_insert_lsn()::text AS end')
  return rows[0]?.end ?? '0/0'
}

/**
 * Reports whether a replica has replayed the log up to a position of {@link readLogEnd}; true for a server that is not
 * a replica.
 */
export async function hasReplicaReplayed(q: SqlExecutor, position: string): Promise<boolean> {
  const { rows } = await q.query<{ done: boolean }>(
    'SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= $1::pg_lsn AS done',
    [position],
  )
  return rows[0]?.done ?? true
}
