import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** How often an event was repeated within its incident, and when a poll last succeeded at its source. */
export interface EventRepetition {
  /** number of events with the same kind, scope and subject in the incident, including the event itself */
  count: number
  /**
   * end of the last successful poll of the requested kinds at the source of the event; null = no such poll succeeded
   */
  polledAt: EpochMs | null
}

/**
 * Returns how often each event was repeated within its incident, and the last successful poll at its source. Both are
 * computed at each request, because stored values would have to be written at every poll that shows an ongoing event.
 * @param asked events by ID, each with the kinds of polls that can show it
 */
export async function readEventRepeats(
  db: SqlExecutor,
  asked: readonly { id: string; kinds: readonly PollKind[] }[],
): Promise<Map<string, EventRepetition>> {
  if (asked.length === 0) return new Map()
  const { rows } = await db.query<{ id: string; count: number; polled_at: Date | null }>(
    `SELECT e.id,
            (SELECT count(*)::int FROM event o
             WHERE o.incident_id = e.incident_id AND (o.kind, o.scope, o.subject) = (e.kind, e.scope, e.subject)) AS count,
            (SELECT max(p.ok_finished_at) FROM poll_state p
             WHERE p.source_id = e.source_id AND p.kind IN (SELECT jsonb_array_elements_text(a.kinds))) AS polled_at
     FROM jsonb_to_recordset($1) AS a (id text, kinds jsonb) JOIN event e ON e.id = a.id`,
    [JSON.stringify(asked)],
  )
  return new Map(
    rows.map(({ id, count, polled_at }) => [id, { count: Math.max(1, count), polledAt: polled_at?.getTime() ?? null }]),
  )
}
