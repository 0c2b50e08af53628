import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** How often an event was repeated in its incident, and the last good poll about it. */
export interface Repeats {
  /** events of the same kind and subject in its incident, itself among them */
  count: number
  /** end of the last good poll, of the kinds asked for, of the source that proved it; null = there was none */
  polledAt: EpochMs | null
}

/**
 * Derived and not kept: every poll sees a lasting event again, and a write for each would cost more than it is worth.
 * @param asked events by id, each with the polls that show whether it goes on
 */
export async function eventRepeats(
  db: Queryable,
  asked: readonly { id: string; kinds: readonly PollKind[] }[],
): Promise<Map<string, Repeats>> {
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
