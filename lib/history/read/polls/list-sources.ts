import { type EpochMs, type PollKind, type CircuitPath, parsePath, peeringKind } from '#lib/contract/index.ts'
import { untilPoll } from '#lib/platform/one-answer.ts'
import { queryPrepared, type Queryable, readRows } from '#lib/platform/queryable.ts'
import type { SourceStatus, SourceRef } from '../../types.ts'
import { HEALTH_COLUMNS, type HealthRow, healthOf } from './poll-health.ts'

/** Columns of `source s JOIN resource r`, for {@link sourceRef}. */
export const SOURCE_COLUMNS =
  's.id AS source_id, r.short_id, r.name AS scope_name, r.arm_id, r.type AS resource_type, s.subresource'

export interface SourceRefRow {
  source_id: number
  short_id: string
  scope_name: string
  arm_id: string
  resource_type: string
  subresource: string
}

/**
 * Condition on resource `r` for a scope given as a short id or an ARM id, also one that it had before it was moved and that is nobody's now;
 * parameter NULL = everything.
 */
export function inScope(parameter: number): string {
  const given = `$${parameter}`
  const moved = `SELECT a.resource_id FROM resource_alias a
    WHERE a.arm_key = lower(${given}) AND NOT EXISTS (SELECT FROM resource o WHERE o.arm_key = a.arm_key)
    ORDER BY a.moved_by DESC LIMIT 1`
  return `(${given}::text IS NULL OR r.short_id = ${given} OR r.arm_key = lower(${given}) OR r.id = (${moved}))`
}

/** What a question is about: a short id or an ARM id, or several short ids; absent = everything. */
export type Scopes = string | readonly string[] | undefined

/**
 * Sources of a scope; null = everything. A question that hands them to the database as a list reads their rows alone, whatever the planner
 * makes of its joins.
 */
export async function sourcesInScope(db: Queryable, scope: Scopes): Promise<number[] | null> {
  if (scope === undefined) return null
  const [name, condition] =
    typeof scope === 'string' ? ['sourcesInScope', inScope(1)] : ['sourcesInScopes', 'r.short_id = ANY ($1)']
  const text = `SELECT s.id FROM source s JOIN resource r ON r.id = s.resource_id WHERE ${condition}`
  const rows = await queryPrepared<{ id: number }>(db, name, text, [scope])
  return rows.map(({ id }) => id)
}

/** Condition on a column with the source, for {@link sourcesInScope} as a parameter. */
export const ofSources = (column: string, parameter: number): string =>
  `($${parameter}::int[] IS NULL OR ${column} = ANY ($${parameter}))`

export function sourceRef(row: SourceRefRow): SourceRef {
  return {
    sourceId: row.source_id,
    scope: row.short_id,
    scopeName: row.scope_name,
    resourceId: row.arm_id,
    resourceType: row.resource_type,
    subresource: row.subresource,
    ...placeOf(row.subresource),
  }
}

/** Peering and path of a subresource such as `AzurePrivatePeering/primary`, or a peering alone; a neighbor's address is neither. */
function placeOf(subresource: string): { peering: string | null; path: CircuitPath | null } {
  const { peering, path } = parsePath(subresource)
  return path === null && peeringKind(peering) === null ? { peering: null, path } : { peering, path }
}

export async function sourceById(db: Queryable, sourceId: number): Promise<SourceRef | null> {
  const { rows } = await db.query<SourceRefRow>(
    `SELECT ${SOURCE_COLUMNS} FROM source s JOIN resource r ON r.id = s.resource_id WHERE s.id = $1`,
    [sourceId],
  )
  return rows[0] ? sourceRef(rows[0]) : null
}

interface Row extends SourceRefRow, HealthRow {
  kind: PollKind
  /** pg reads '-infinity' (due at once) as a number */
  next_at: Date | number | null
}

const OF_KINDS = '($2::text[] IS NULL OR kind = ANY ($2))'

type SourcesQuery = { scope?: Scopes; kinds?: readonly PollKind[] | undefined }

/**
 * Every (source, kind) that is polled, or was; in the order of names, subresources and kinds. Answers share them, so nobody may change them.
 * @param query.kinds only these; default all
 */
export const listSources = async (db: Queryable, query: SourcesQuery = {}): Promise<SourceStatus[]> => [
  ...(await untilPoll(db, `sources ${query.kinds?.join() ?? 'all'} ${String(query.scope ?? '')}`, () =>
    readStatuses(db, query),
  )),
]

async function readStatuses(db: Queryable, query: SourcesQuery): Promise<SourceStatus[]> {
  const rows = await queryPrepared<Row>(
    db,
    'sources',
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

/** End of the newest recorded poll of all, of any outcome, and how long ago that is in seconds, by the database's clock; nulls before the first. */
export async function newestPoll(db: Queryable): Promise<{ at: EpochMs | null; age: number | null }> {
  const [newest] = await readRows<{ at: EpochMs | null; age: number | null }>(
    db,
    `SELECT max(last_finished_at) AS at, extract(epoch FROM clock_timestamp() - max(last_finished_at))::float8 AS age
     FROM poll_state WHERE ${IS_DATED}`,
  )
  return newest ?? { at: null, age: null }
}

/**
 * Returns the share of polls on the timetable that ended, with any outcome, within so many of their intervals, by the database's clock. A poll
 * that never ended does not count. null = none ended yet.
 * @param leastSeconds shorter limits are as long as this
 */
export async function shareInTime(
  db: Queryable,
  { intervals, leastSeconds }: { intervals: number; leastSeconds: number },
): Promise<number | null> {
  const [row] = await readRows<{ share: number | null }>(
    db,
    `SELECT count(*) FILTER (WHERE ${IS_DATED} AND last_finished_at >= clock_timestamp() - make_interval(secs => greatest($2, $1 * e.every)))::float8
            / nullif(count(*), 0) AS share
     FROM poll_schedule s JOIN poll_state p USING (source_id, kind)
     CROSS JOIN LATERAL (SELECT CASE WHEN s.burst_until > clock_timestamp() THEN least(s.burst_every_seconds, s.every_seconds)
                                     ELSE s.every_seconds END AS every) e
     WHERE p.last_finished_at IS NOT NULL`,
    [intervals, leastSeconds],
  )
  return row?.share ?? null
}
