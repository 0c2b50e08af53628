import { type TimestampBounds, type EpochMs, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { removeConfigStateMembers } from '../../record/inventory/comparable-config.ts'
import { findFieldChanges } from '../../record/json-diff.ts'
import { formatIsoTime, toEpochMs } from '../../times.ts'
import type { ConfigChangeRow, CursorPage } from '../../types.ts'
import { mapPageRows, readIntervalPage, type IntervalPageQuery } from '../routes/interval-page.ts'
import { createResourceCondition, createSourceListCondition, readSourcesOfResources } from '../polls/list-sources.ts'

interface Row {
  seen_by: 'inventory' | 'connection'
  resource_id: number
  short_id: string
  arm_id: string
  type: string
  name: string
  at: Date
  earliest: Date | null
  before: unknown
  after: unknown
}

/**
 * SQL of configuration changes, from the starts and ends of configuration intervals. An end and a start at the same
 * instant are one change of the resource. An end without a next configuration means that the resource was removed. A
 * start without a previous configuration means that the resource was added, unless it was already in the first list
 * that was read. Rows with `connection` come from the GET of a connection (status, weight, FastPath), which is polled
 * more often than the lists. The number of users of a user VPN gateway is not configuration.
 */
const BOUNDARIES = `
  SELECT 'inventory' AS seen_by, h.resource_id, h.first_absent AS at, h.last_present AS earliest, h.config AS before, n.config AS after
  FROM resource_history h
  LEFT JOIN LATERAL (SELECT x.config FROM resource_span x
                     WHERE x.resource_id = h.resource_id AND x.first_present = h.first_absent) n ON true
  WHERE h.first_absent >= $3 AND h.last_present <= $4
  UNION ALL
  SELECT 'inventory', x.resource_id, x.first_present, x.last_absent, NULL, x.config
  FROM resource_span x
  WHERE x.first_present >= $3 AND x.last_absent <= $4 AND NOT EXISTS (
    SELECT FROM resource_history h WHERE h.resource_id = x.resource_id AND h.first_absent = x.first_present)
  UNION ALL
  SELECT 'connection', s.resource_id, i.first_absent, i.last_present, i.state, n.state
  FROM connection_interval i
  JOIN source s ON s.id = i.source_id
  JOIN LATERAL (SELECT x.state FROM connection_span x
                WHERE x.source_id = i.source_id AND ${createSourceListCondition('x.source_id', 5)} AND x.first_present = i.first_absent) n ON true
  WHERE i.first_absent >= $3 AND i.last_present <= $4 AND ${createSourceListCondition('i.source_id', 5)}
    AND i.state - 'clients' <> n.state - 'clients'`

/**
 * Returns configuration changes that may have happened in [from, to], the latest first (by the poll that first saw the
 * change).
 */
export async function readConfigChanges(
  db: SqlExecutor,
  query: IntervalPageQuery & {
    scope?: string | undefined
    /** ARM type of the resources, case-insensitive */
    type?: string | undefined
    from: EpochMs
    to: EpochMs
  },
): Promise<CursorPage<ConfigChangeRow>> {
  const { scope, from, to, limit, cursor } = query
  const type = query.type?.toLowerCase()
  const page = await readIntervalPage<Row>(
    db,
    { limit, cursor },
    {
      name: 'configChanges',
      filter: { scope, type, from, to },
      select: `SELECT c.*, r.short_id, r.arm_id, r.type, r.name
     FROM (${BOUNDARIES}) c JOIN resource r ON r.id = c.resource_id
     WHERE ${createResourceCondition(1)} AND ($2::text IS NULL OR r.type = $2)`,
      values: [
        scope ?? null,
        type ?? null,
        formatIsoTime(from),
        formatIsoTime(to),
        await readSourcesOfResources(db, scope),
      ],
      order: {
        at: 'c.at',
        ties: [
          { column: 'c.resource_id', type: 'int' },
          { column: 'c.seen_by', type: 'text' },
        ],
      },
      placeOf: (row) => [toEpochMs(row.at), row.resource_id, row.seen_by],
    },
  )
  return mapPageRows(page, changeOf)
}

function changeOf(row: Row): ConfigChangeRow {
  const between: TimestampBounds = {
    earliest: toEpochMs(row.earliest) ?? INSTANT_BEFORE_MONITORING,
    latest: toEpochMs(row.at),
  }
  const isChange = row.before !== null && row.after !== null
  return {
    scope: row.short_id,
    scopeName: row.name,
    resourceId: row.arm_id,
    resourceType: row.type,
    seenBy: row.seen_by,
    op: isChange ? 'changed' : row.before === null ? 'added' : 'removed',
    fields: isChange ? fieldsOf(row) : [],
    between,
  }
}

/**
 * Returns the fields that differ between the two configurations. In configurations from a list, fields with operational
 * state are ignored. In the state that a connection itself reports, all fields are compared.
 */
function fieldsOf({ seen_by, before, after }: Row): ConfigChangeRow['fields'] {
  return seen_by === 'connection'
    ? findFieldChanges(before, after)
    : findFieldChanges(removeConfigStateMembers(before), removeConfigStateMembers(after))
}
