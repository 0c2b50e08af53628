import {
  type EpochMs,
  type PollKind,
  type CircuitPath,
  parsePathSubject,
  parsePeeringType,
} from '#lib/contract/index.ts'
import { cacheUntilPoll, queryOncePerResponse } from '#lib/platform/response-cache.ts'
import { queryWithPreparedStatement, type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import type { SourceStatus, SourceRef } from '../../types.ts'
import { POLL_HEALTH_COLUMNS, type PollHealthRow, computePollHealth } from './poll-health.ts'

/** Columns of `source s JOIN resource r`, for {@link convertSourceRefRow}. */
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
 * Returns an SQL condition that limits resource `r` to the scope in a parameter: a short ID or an ARM ID; NULL = all
 * resources. An ARM ID that the resource had before a move is accepted if no other resource has it now.
 */
export function createResourceCondition(parameter: number): string {
  const given = `$${parameter}`
  const moved = `SELECT a.resource_id FROM resource_alias a
    WHERE a.arm_key = lower(${given}) AND NOT EXISTS (SELECT FROM resource o WHERE o.arm_key = a.arm_key)
    ORDER BY a.moved_by DESC LIMIT 1`
  return `(${given}::text IS NULL OR r.short_id = ${given} OR r.arm_key = lower(${given}) OR r.id = (${moved}))`
}

/** Scope of a query: a short ID or an ARM ID, or several short IDs; absent = all resources. */
export type ResourceIdFilter = string | readonly string[] | undefined

/**
 * Returns the source IDs of a scope; null = all sources. Queries pass the result to the database as a list. With a
 * list, the database reads only the rows of these sources, whatever order of joins it chooses.
 */
export async function readSourcesOfResources(db: SqlExecutor, scope: ResourceIdFilter): Promise<number[] | null> {
  if (scope === undefined) return null
  const [name, condition] =
    typeof scope === 'string'
      ? ['sourcesInScope', createResourceCondition(1)]
      : ['sourcesInScopes', 'r.short_id = ANY ($1)']
  const text = `SELECT s.id FROM source s JOIN resource r ON r.id = s.resource_id WHERE ${condition}`
  const rows = await queryOncePerResponse(db, `${name} ${String(scope)}`, () =>
    queryWithPreparedStatement<{ id: number }>(db, name, text, [scope]),
  )
  return rows.map(({ id }) => id)
}

/**
 * Returns an SQL condition that limits a column of source IDs to a list in a parameter: the result of
 * {@link readSourcesOfResources}; null = no limit.
 * @param parameter number of the query parameter
 */
export const createSourceListCondition = (column: string, parameter: number): string =>
  `($${parameter}::int[] IS NULL OR ${column} = ANY ($${parameter}))`

export function convertSourceRefRow(row: SourceRefRow): SourceRef {
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

/**
 * Parses the peering and path of a subresource, such as `AzurePrivatePeering/primary`. `path` is null if the
 * subresource is only a peering. Both are null for other subresources, for example the address of a neighbor.
 */
function placeOf(subresource: string): { peering: string | null; path: CircuitPath | null } {
  const { peering, path } = parsePathSubject(subresource)
  return path === null && parsePeeringType(peering) === null ? { peering: null, path } : { peering, path }
}

export async function readSourceById(db: SqlExecutor, sourceId: number): Promise<SourceRef | null> {
  const { rows } = await db.query<SourceRefRow>(
    `SELECT ${SOURCE_COLUMNS} FROM source s JOIN resource r ON r.id = s.resource_id WHERE s.id = $1`,
    [sourceId],
  )
  return rows[0] ? convertSourceRefRow(rows[0]) : null
}

interface Row extends SourceRefRow, PollHealthRow {
  kind: PollKind
  /** time at which the next poll is due; pg parses '-infinity' (due immediately) as a number */
  next_at: Date | number | null
}

const OF_KINDS = '($2::text[] IS NULL OR kind = ANY ($2))'

type SourcesQuery = { scope?: ResourceIdFilter; kinds?: readonly PollKind[] | undefined }

/**
 * Returns every (source, kind) that is or was polled, ordered by name, subresource and kind. The objects are cached and
 * shared between calls, so callers must not modify them.
 * @param query.kinds only these; default all
 */
export const listSources = async (db: SqlExecutor, query: SourcesQuery = {}): Promise<SourceStatus[]> => [
  ...(await cacheUntilPoll(db, `sources ${query.kinds?.join() ?? 'all'} ${String(query.scope ?? '')}`, () =>
    readStatuses(db, query),
  )),
]

async function readStatuses(db: SqlExecutor, query: SourcesQuery): Promise<SourceStatus[]> {
  const rows = await queryWithPreparedStatement<Row>(
    db,
    'sources',
    `SELECT ${SOURCE_COLUMNS}, ${POLL_HEALTH_COLUMNS}, coalesce(ps.kind, p.kind) AS kind, ps.next_at
     FROM (SELECT * FROM poll_schedule WHERE ${createSourceListCondition('source_id', 1)} AND ${OF_KINDS}) ps
     FULL JOIN (SELECT * FROM poll_state WHERE ${createSourceListCondition('source_id', 1)} AND ${OF_KINDS}) p ON (p.source_id, p.kind) = (ps.source_id, ps.kind)
     JOIN source s ON s.id = coalesce(ps.source_id, p.source_id)
     JOIN resource r ON r.id = s.resource_id
     ORDER BY r.name, r.id, s.subresource, 1, coalesce(ps.kind, p.kind)`,
    [await readSourcesOfResources(db, query.scope), query.kinds ?? null],
  )
  return rows.map((row) => ({
    ...convertSourceRefRow(row),
    poll: computePollHealth(row.kind, row),
    scheduled: row.next_at !== null,
    nextPollAt: instantOf(row.next_at),
  }))
}

function instantOf(at: Date | number | null): EpochMs | null {
  return at instanceof Date ? at.getTime() : null
}

/**
 * SQL condition: the poll has a valid time. Polls with the outcome `clock` do not count, nor do polls that an earlier
 * version stored with a time in the future.
 */
const IS_DATED = "last_outcome IS DISTINCT FROM 'clock' AND last_finished_at <= clock_timestamp() + interval '2 s'"

/**
 * Returns the end of the newest recorded poll that has a valid time, and its age in seconds by the database's clock;
 * both null before the first such poll.
 */
export async function readNewestPoll(db: SqlExecutor): Promise<{ at: EpochMs | null; age: number | null }> {
  const [newest] = await queryRowsInCamelCase<{ at: EpochMs | null; age: number | null }>(
    db,
    `SELECT max(last_finished_at) AS at, extract(epoch FROM clock_timestamp() - max(last_finished_at))::float8 AS age
     FROM poll_state WHERE ${IS_DATED}`,
  )
  return newest ?? { at: null, age: null }
}

/**
 * Returns the share of scheduled polls that are in time. A poll is in time if its last run has a valid time and ended,
 * with any outcome, within `intervals` poll intervals by the database's clock. Only polls that have ended at least once
 * are counted; null if there are none.
 * @param leastSeconds minimum of the allowed time, seconds
 */
export async function readShareInTime(
  db: SqlExecutor,
  { intervals, leastSeconds }: { intervals: number; leastSeconds: number },
): Promise<number | null> {
  const [row] = await queryRowsInCamelCase<{ share: number | null }>(
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
