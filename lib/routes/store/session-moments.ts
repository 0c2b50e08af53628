import { type TimestampBounds, type EpochMs, parseSessionSubject } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime, toEpochMs, createResourceCondition } from '#lib/history/statements.ts'

/** A session event that may explain route changes of the same source (polled table). */
export interface SessionMomentRow {
  sourceId: number
  kind: 'session_up' | 'session_down'
  localAddress: string
  neighbor: string
  at: TimestampBounds
}

/** Returns the times at which sessions in scope came up or went down, if they may lie in [from, to]. */
export async function readSessionMoments(
  db: SqlExecutor,
  query: { scope?: string | undefined; from: EpochMs; to: EpochMs },
): Promise<SessionMomentRow[]> {
  const { rows } = await db.query<{
    source_id: number
    kind: SessionMomentRow['kind']
    subject: string
    started_earliest: Date
    started_latest: Date
  }>(
    `SELECT e.source_id, e.kind, e.subject, e.started_earliest, e.started_latest
     FROM event e JOIN source s ON s.id = e.source_id JOIN resource r ON r.id = s.resource_id
     WHERE ${createResourceCondition(1)} AND e.kind IN ('session_up', 'session_down')
       AND tstzrange(e.started_earliest, e.started_latest, '[]') && tstzrange($2, $3, '[]')
     ORDER BY e.started_latest, e.id`,
    [query.scope ?? null, formatIsoTime(query.from), formatIsoTime(query.to)],
  )
  return rows.map((row) => {
    const { localAddress, neighbor } = parseSessionSubject(row.subject) ?? { localAddress: '', neighbor: row.subject }
    return {
      sourceId: row.source_id,
      kind: row.kind,
      localAddress,
      neighbor,
      at: { earliest: toEpochMs(row.started_earliest), latest: toEpochMs(row.started_latest) },
    }
  })
}
