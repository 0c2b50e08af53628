import type { EpochMs } from '#lib/contract/index.ts'
import { ofAnnounced } from '#lib/platform/one-answer.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

/** What repeats: incidents whose roots have one kind and one resource. */
export interface Recurrence {
  key: string
  /** in the 24 h up to the opening, itself among them */
  count: number
  /** of the last of these, the oldest first */
  openedAt: EpochMs[]
}

/** Openings that are given of one incident. */
const MOST = 50

/**
 * How often what these incidents are about had happened in the 24 h up to each; without those whose root is no longer kept. What was left
 * empty for another incident is no recurrence of it.
 */
export async function recurrencesOf(db: Queryable, ids: readonly string[]): Promise<Map<string, Recurrence>> {
  if (ids.length === 0) return new Map()
  const { rows } = await ofAnnounced(() =>
    db.query<{ id: string; key: string; count: number; opened: Date[] }>(
      `WITH asked AS (
       SELECT i.id, i.opened_at, e.kind, e.scope FROM incident i JOIN event e ON e.id = i.root WHERE i.id = ANY ($1)),
     near AS (
       SELECT i.id, i.opened_at, e.kind, e.scope, e.incident_id = i.id AS is_own FROM incident i JOIN event e ON e.id = i.root
       WHERE i.opened_at > (SELECT min(opened_at) FROM asked) - interval '24 hours'
         AND i.opened_at <= (SELECT max(opened_at) FROM asked))
     SELECT a.id, a.kind || '/' || a.scope AS key, count(*)::int AS count,
       (array_agg(n.opened_at ORDER BY n.opened_at DESC))[1:${MOST}] AS opened
     FROM asked a JOIN near n ON n.kind = a.kind AND n.scope = a.scope
       AND n.opened_at > a.opened_at - interval '24 hours' AND n.opened_at <= a.opened_at
       AND (n.is_own OR n.id = a.id)
     GROUP BY a.id, a.kind, a.scope`,
      [ids],
    ),
  )
  return new Map(
    rows.map(({ id, key, count, opened }) => [
      id,
      { key, count, openedAt: opened.map((at) => at.getTime()).toReversed() },
    ]),
  )
}
