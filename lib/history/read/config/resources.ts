import type { EpochMs } from '#lib/contract/index.ts'
import { queryAtMoment, cacheResultsUntilChange } from '#lib/platform/response-cache.ts'
import { queryWithPreparedStatement, type SqlExecutor } from '#lib/platform/queryable.ts'
import { recordShortId } from '../../store/short-id.ts'
import {
  createTimeBoundsFromColumns,
  formatIsoTime,
  type JsonRow,
  toEpochMs,
  type PresenceBoundColumns,
} from '../../times.ts'
import type { CertaintyOfState, ResourceView } from '../../types.ts'
import { findStateAtCoveredMoment, type StoredIntervalBounds } from '../as-of.ts'
import { readPollCoverageOfMoment } from '../polls/coverage-at.ts'
import { createResourceCondition } from '../polls/list-sources.ts'

interface SpanJson extends JsonRow<PresenceBoundColumns> {
  config: Record<string, unknown>
}

/** Columns of a resource as listed by Azure. */
export interface ResourceColumns {
  arm_id: string
  type: string
  name: string
  subscription_id: string
  resource_group: string | null
  location: string | null
  config: Record<string, unknown> | null
}

interface Row extends ResourceColumns {
  short_id: string
  first_present: Date | null
  last_absent: Date | null
  removed_after: Date | null
  closed_until: Date | null
  listed_by: number | null
  before: SpanJson | null
  next: SpanJson | null
  kept_id: boolean
  moved_from: string | null
  moved_after: Date | null
  moved_by: Date | null
}

interface ResourceQuery {
  scope?: string | undefined
  types?: readonly string[] | undefined
  /** only the resources with these ARM IDs, as `normalizeArmId` formats them */
  keys?: readonly string[] | undefined
  at?: EpochMs | undefined
}

/**
 * Returns resources from the inventories, ordered by name.
 * @param query.at absent = now; for a past moment, `known` of each resource tells whether polls covered the moment
 * @param query.keys only these resources
 * @param query.includeRemoved also resources that were removed, with their last configuration
 */
export async function readResourcePage(
  db: SqlExecutor,
  query: Omit<ResourceQuery, 'scope'> & { includeRemoved?: boolean | undefined },
): Promise<ResourceView[]> {
  const views = await select(db, query)
  return views.filter(({ since, removed }) => since !== null || (query.includeRemoved && removed !== null))
}

/**
 * Returns a resource by its short ID or its ARM ID (case-insensitive), even if it is not in any inventory; null =
 * unknown.
 */
export async function readResourceByIdOrArmId(
  db: SqlExecutor,
  idOrArmId: string,
  at?: EpochMs | undefined,
): Promise<ResourceView | null> {
  const [view] = await select(db, { scope: idOrArmId, at })
  return view ?? null
}

async function select(db: SqlExecutor, query: ResourceQuery): Promise<ResourceView[]> {
  const { scope, types, keys, at } = query
  const then = at === undefined ? 'NULL::timestamptz' : '$AT'
  const text = `SELECT r.short_id, coalesce(t.arm_id, r.arm_id) AS arm_id, r.type, r.name, r.subscription_id, r.resource_group, r.location, r.config,
            r.first_present, r.last_absent, r.removed_after, r.closed_until, r.listed_by, to_jsonb(b) AS before, to_jsonb(n) AS next,
            r.kept_id, m.arm_id AS moved_from, m.moved_after, m.moved_by
     FROM resource r
     LEFT JOIN LATERAL (
       SELECT * FROM resource_alias a WHERE a.resource_id = r.id AND (a.moved_by <= ${then}) IS NOT FALSE
       ORDER BY a.moved_by DESC LIMIT 1) m ON true
     LEFT JOIN LATERAL (
       SELECT * FROM resource_alias a WHERE a.resource_id = r.id AND a.moved_by > ${then}
       ORDER BY a.moved_by LIMIT 1) t ON true
     LEFT JOIN LATERAL (
       SELECT * FROM resource_span x WHERE x.resource_id = r.id AND x.first_present <= ${then}
       ORDER BY x.first_present DESC LIMIT 1) b ON true
     LEFT JOIN LATERAL (
       SELECT * FROM resource_span x WHERE x.resource_id = r.id AND x.first_present > ${then}
       ORDER BY x.first_present LIMIT 1) n ON true
     WHERE ${createResourceCondition(1)} AND (r.joined_to IS NULL OR r.short_id = $1) AND ($2::text[] IS NULL OR r.type = ANY ($2))
       AND ($3::text[] IS NULL OR lower(r.arm_id) = ANY ($3))
     ORDER BY r.name, r.id`
  const values = [scope ?? null, types?.map((type) => type.toLowerCase()) ?? null, keys ?? null]
  const rows = await cacheResultsUntilChange(() =>
    at === undefined
      ? queryWithPreparedStatement<Row>(db, 'resources', text, values)
      : queryAtMoment<Row>(db, { name: 'resourcesThen', text, values }, formatIsoTime(at)),
  )
  for (const row of rows) recordShortId(row.arm_id, row.short_id, row.kept_id)
  if (at === undefined) return rows.map(nowOf)
  const sources = [...new Set(rows.flatMap(({ listed_by }) => listed_by ?? []))]
  const moments = await readPollCoverageOfMoment(db, { kinds: ['inventory'], at, sources })
  return rows.map((row) => thenOf(row, at, moments.get(`${row.listed_by}/inventory`)?.covered ?? false))
}

function identityOf(row: Row) {
  return {
    id: row.short_id,
    resourceId: row.arm_id,
    type: row.type,
    name: row.name,
    subscriptionId: row.subscription_id,
    resourceGroup: row.resource_group,
    location: row.location,
    movedFrom:
      row.moved_from === null || row.moved_by === null
        ? null
        : { resourceId: row.moved_from, between: createTimeBoundsFromColumns(row.moved_after, row.moved_by) },
  }
}

function nowOf(row: Row): ResourceView {
  return {
    ...identityOf(row),
    config: row.config,
    since: createTimeBoundsFromColumns(row.last_absent, row.first_present),
    removed: row.removed_after && createTimeBoundsFromColumns(row.removed_after, row.closed_until),
    known: 'observed',
  }
}

function thenOf(row: Row, at: EpochMs, covered: boolean): ResourceView {
  const { presence, span, last } = findStateAtCoveredMoment(
    row.before && spanOf(row.before),
    row.next && spanOf(row.next),
    at,
  )
  const gone = presence === 'absent' && last?.firstAbsent != null
  const known: CertaintyOfState = !covered ? 'unknown' : presence === 'indeterminate' ? 'indeterminate' : 'observed'
  return {
    ...identityOf(row),
    config: (span ?? last)?.config ?? null,
    since: span && { earliest: span.lastAbsent ?? 0, latest: span.firstPresent },
    removed: gone ? { earliest: last.lastPresent, latest: last.firstAbsent ?? last.lastPresent } : null,
    known,
  }
}

function spanOf(json: SpanJson): StoredIntervalBounds & { config: Record<string, unknown> } {
  const at = (text: string) => toEpochMs(new Date(text))
  return {
    config: json.config,
    lastAbsent: json.last_absent === null ? null : at(json.last_absent),
    firstPresent: at(json.first_present),
    lastPresent: at(json.last_present),
    firstAbsent: json.first_absent === null ? null : at(json.first_absent),
  }
}
