import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { SourceStatus } from '../../types.ts'
import { HEALTH_COLUMNS, type HealthRow, healthOf } from './poll-health.ts'
import { ofSources, SOURCE_COLUMNS, sourceRef, sourcesInScope, type SourceRefRow } from './source-ref.ts'

interface Row extends SourceRefRow, HealthRow {
  kind: PollKind
  /** pg reads '-infinity' (due at once) as a number */
  next_at: Date | number | null
}

const OF_KINDS = '($2::text[] IS NULL OR kind = ANY ($2))'

/**
 * Every (source, kind) that is polled, or was; in the order of names, subresources and kinds.
 * @param query.kinds only these; default all
 */
export async function listSources(
  db: Queryable,
  query: { scope?: string | undefined; kinds?: readonly PollKind[] | undefined } = {},
): Promise<SourceStatus[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${SOURCE_COLUMNS}, ${HEALTH_COLUMNS}, coalesce(ps.kind, p.kind) AS kind, ps.next_at
     FROM (SELECT * FROM poll_schedule WHERE ${ofSources('source_id', 1)} AND ${OF_KINDS}) ps
     FULL JOIN (SELECT * FROM poll_state WHERE ${ofSources('source_id', 1)} AND ${OF_KINDS}) p ON (p.source_id, p.kind) = (ps.source_id, ps.kind)
     JOIN source s ON s.id = coalesce(ps.source_id, p.source_id)
     JOIN resource r ON r.id = s.resource_id
     ORDER BY r.name, r.id, s.subresource, 1, coalesce(ps.kind, p.kind)`,
    [await sourcesInScope(db, query.scope), query.kinds ?? null],
  )
  return rows.map((row) => ({
    ...sourceRef(row),
    poll: healthOf(row.kind, row),
    scheduled: row.next_at !== null,
    nextPollAt: instantOf(row.next_at),
  }))
}

function instantOf(at: Date | number | null): EpochMs | null {
  return at instanceof Date ? at.getTime() : null
}

/** Polls that were answered and dated: one that a wrong clock dated counts as none, also where a former version recorded it ahead. */
const IS_DATED = "last_outcome IS DISTINCT FROM 'clock' AND last_finished_at <= clock_timestamp() + interval '2 s'"

/** End of the newest recorded poll of all; null before the first. */
export async function newestPollAt(db: Queryable): Promise<EpochMs | null> {
  const { rows } = await db.query<{ at: Date | null }>(
    `SELECT max(last_finished_at) AS at FROM poll_state WHERE ${IS_DATED}`,
  )
  return rows[0]?.at?.getTime() ?? null
}

/** Seconds since the end of the newest recorded poll of all, of any outcome, by the database's clock; null before the first. */
export async function newestPollAge(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ seconds: number | null }>(
    `SELECT extract(epoch FROM clock_timestamp() - max(last_finished_at))::double precision AS seconds FROM poll_state
     WHERE ${IS_DATED}`,
  )
  return rows[0]?.seconds ?? null
}
