import type { PoolClient } from 'pg'
import type { ActivityRow } from '#lib/contract/index.ts'
import { iso } from '../times.ts'
import type { Reading } from './reading.ts'

/**
 * Upserts Activity log entries. Lists overlap from poll to poll; an entry's status may be reported later. Each keeps the poll that first
 * read it as it is now: entries arrive late, and a replay must not explain by one what came before it.
 */
export async function recordActivity(
  client: PoolClient,
  { sourceId, startedAt, finishedAt }: Pick<Reading, 'sourceId' | 'startedAt' | 'finishedAt'>,
  rows: readonly ActivityRow[],
): Promise<void> {
  if (rows.length === 0) return
  const entries = [...new Map(rows.map((row) => [row.eventDataId, row])).values()]
  await client.query(
    `INSERT INTO activity_entry AS e (source_id, event_data_id, correlation_id, at, submitted_at, operation, status, arm_key,
                                      caller, category, health, read_started_at, read_finished_at)
     SELECT $1, event_data_id, correlation_id, at, submitted_at, operation, status, arm_key, caller, category, health, $3, $4
     FROM jsonb_to_recordset($2) AS n (event_data_id text, correlation_id text, at timestamptz, submitted_at timestamptz,
                                       operation text, status text, arm_key text, caller text, category text, health jsonb)
     ON CONFLICT (source_id, event_data_id) DO UPDATE
     SET status = excluded.status, submitted_at = excluded.submitted_at, caller = coalesce(excluded.caller, e.caller),
         health = coalesce(excluded.health, e.health),
         read_started_at = CASE WHEN e.status = excluded.status THEN e.read_started_at ELSE excluded.read_started_at END,
         read_finished_at = CASE WHEN e.status = excluded.status THEN e.read_finished_at ELSE excluded.read_finished_at END
     WHERE (e.status, e.submitted_at) IS DISTINCT FROM (excluded.status, excluded.submitted_at)
        OR (e.health IS NULL AND excluded.health IS NOT NULL)`,
    [
      sourceId,
      JSON.stringify(
        entries.map((row) => ({
          event_data_id: row.eventDataId,
          correlation_id: row.correlationId,
          at: iso(row.at),
          submitted_at: iso(row.submittedAt),
          operation: row.operation,
          status: row.status,
          arm_key: row.resourceId.toLowerCase(),
          caller: row.caller,
          category: row.category,
          health: row.health ?? null,
        })),
      ),
      iso(startedAt),
      iso(finishedAt),
    ],
  )
}
