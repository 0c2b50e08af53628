import type { PoolClient } from 'pg'
import type { ActivityRow } from '#lib/contract/index.ts'
import type { Reading } from './reading.ts'
import { type Columns, insertRows } from './rows.ts'

type Read = Pick<Reading, 'sourceId' | 'startedAt' | 'finishedAt'> & { row: ActivityRow }

const ENTRY: Columns<Read> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  event_data_id: ['text', ({ row }) => row.eventDataId],
  correlation_id: ['text', ({ row }) => row.correlationId],
  at: ['timestamptz', ({ row }) => row.at],
  submitted_at: ['timestamptz', ({ row }) => row.submittedAt],
  operation: ['text', ({ row }) => row.operation],
  status: ['text', ({ row }) => row.status],
  arm_key: ['text', ({ row }) => row.resourceId.toLowerCase()],
  caller: ['text', ({ row }) => row.caller],
  category: ['text', ({ row }) => row.category],
  health: ['jsonb', ({ row }) => row.health],
  read_started_at: ['timestamptz', ({ startedAt }) => startedAt],
  read_finished_at: ['timestamptz', ({ finishedAt }) => finishedAt],
}

/**
 * Upserts Activity log entries. Lists overlap from poll to poll; an entry's status may be reported later. Each keeps the poll that first
 * read it as it is now: entries arrive late, and a replay must not explain by one what came before it.
 */
export async function recordActivity(
  client: PoolClient,
  { sourceId, startedAt, finishedAt }: Omit<Read, 'row'>,
  rows: readonly ActivityRow[],
): Promise<void> {
  const entries = [...new Map(rows.map((row) => [row.eventDataId, row])).values()]
  await insertRows(
    client,
    'activity_entry AS e',
    ENTRY,
    entries.map((row) => ({ sourceId, startedAt, finishedAt, row })),
    {
      more: `ON CONFLICT (source_id, event_data_id) DO UPDATE
        SET status = excluded.status, submitted_at = excluded.submitted_at, caller = coalesce(excluded.caller, e.caller),
            health = coalesce(excluded.health, e.health),
            read_started_at = CASE WHEN e.status = excluded.status THEN e.read_started_at ELSE excluded.read_started_at END,
            read_finished_at = CASE WHEN e.status = excluded.status THEN e.read_finished_at ELSE excluded.read_finished_at END
        WHERE (e.status, e.submitted_at) IS DISTINCT FROM (excluded.status, excluded.submitted_at)
           OR (e.health IS NULL AND excluded.health IS NOT NULL)`,
    },
  )
}
