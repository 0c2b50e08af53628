import {
  type EpochMs,
  type FailoverTimes,
  type ForwardingLoss,
  WHOLE_ESTATE,
  WHOLE_ESTATE_NAME,
} from '#lib/contract/index.ts'
import { cacheResultsUntilChange } from '#lib/platform/response-cache.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { computeShortId } from '../../store/short-id.ts'
import { formatIsoTime, type BeginEndColumns, replaceBoundColumns } from '../../times.ts'
import type { CursorPage, StoredEvent } from '../../types.ts'
import { createQueryCursors, createCursorPage } from '../cursor.ts'
import { parseEventJson } from './readable-event.ts'

interface Row
  extends Omit<
      StoredEvent,
      'scopeName' | 'started' | 'ended' | 'duration' | 'evidence' | 'causes' | 'failover' | 'forwardingLoss'
    >,
    BeginEndColumns {
  scopeName: string | null
  durationMinMs: number | null
  durationMaxMs: number | null
  evidence: unknown
  causes: unknown
  detail: unknown
}

const COLUMNS = `e.id, e.key, e.kind, e.severity, e.scope, r.name AS scope_name, e.subject, e.started_earliest, e.started_latest, e.ended_earliest,
  e.ended_latest, e.duration_min_ms, e.duration_max_ms, e.detected_at, e.evidence, e.causes, e.flags, e.part_of, e.incident_id,
  e.settings_version, e.detail`

/**
 * SQL of the likely owner of an event: the owner of its first cause; `unknown` if it has no cause.
 * @param event alias of the table
 */
export const selectEventOwner = (event: string) => `coalesce(${event}.causes -> 0 ->> 'owner', 'unknown')`
const ESTATE_NAME = `CASE e.scope WHEN '${WHOLE_ESTATE}' THEN '${WHOLE_ESTATE_NAME}' END`
const WORDS = `concat_ws(' ', replace(e.kind, '_', ' '), coalesce(r.name, ${ESTATE_NAME}, e.scope), replace(e.subject, '~', ' '), e.subject,
                         (SELECT string_agg(replace(c.cause ->> 'class', '_', ' '), ' ') FROM jsonb_path_query(e.causes, '$[*]') AS c (cause)))`

/** Filter of events. Absent conditions do not apply; all given conditions must match. */
export interface EventFilter {
  kinds?: readonly string[] | undefined
  severities?: readonly string[] | undefined
  /** only events whose first cause has one of these owners; `unknown` includes events without a cause */
  owners?: readonly string[] | undefined
  /** only events of this scope: the short ID or ARM ID of a resource, or the ID of the whole estate */
  scope?: string | undefined
  /**
   * null = only events that are not part of another event; an ID = only the parts of that event. A part is an event
   * that another event explains.
   */
  partOf?: string | null | undefined
  incident?: string | undefined
}

/** SQL condition on events `e` whose begin may be in [$2, $3], with the values of {@link getEventFilterValues}. */
export const EVENT_FILTER_CONDITION = `($1::text IS NULL OR e.scope = $1)
       AND tstzrange(e.started_earliest, e.started_latest, '[]') && tstzrange($2, $3, '[]')
       AND ($4::text[] IS NULL OR e.kind = ANY ($4))
       AND ($5::text[] IS NULL OR e.severity = ANY ($5))
       AND ($6::text[] IS NULL OR ${selectEventOwner('e')} = ANY ($6))
       AND (NOT $7 OR e.part_of IS NULL) AND ($8::text IS NULL OR e.part_of = $8)
       AND ($9::text IS NULL OR e.incident_id = $9)`

export const getEventFilterValues = (
  { kinds, severities, owners, scope, partOf, incident }: EventFilter,
  { from, to }: { from?: EpochMs | undefined; to?: EpochMs | undefined },
): unknown[] => [
  scope?.startsWith('/') ? computeShortId(scope) : (scope ?? null),
  formatIsoTime(from ?? null),
  formatIsoTime(to ?? null),
  kinds ?? null,
  severities ?? null,
  owners ?? null,
  partOf === null,
  partOf ?? null,
  incident ?? null,
]

/** Returns events whose begin may be in [from, to], newest first by detection, then by ID. */
export async function listEvents(
  db: SqlExecutor,
  query: EventFilter & {
    /** text that must occur in the kind, the resource's name, the subject or the class of a cause, case-insensitive */
    text?: string | undefined
    from?: EpochMs | undefined
    to?: EpochMs | undefined
    limit: number
    cursor?: string | undefined
  },
): Promise<CursorPage<StoredEvent>> {
  const { limit, cursor, ...filter } = query
  const { text, from, to } = filter
  const cursors = createQueryCursors('listEvents', filter)
  const [detectedAt, id] = cursors.read(cursor, 'moment', 'text') ?? [null, null]
  const rows = await queryRowsInCamelCase<Row>(
    db,
    `SELECT ${COLUMNS}
     FROM event e LEFT JOIN resource r ON r.short_id = e.scope
     WHERE ${EVENT_FILTER_CONDITION}
       AND ($10::timestamptz IS NULL OR (e.detected_at, e.id) < ($10, $11::text))
       AND ($12::text IS NULL OR ${WORDS} ILIKE $12)
     ORDER BY e.detected_at DESC, e.id DESC LIMIT $13`,
    [
      ...getEventFilterValues(filter, { from, to }),
      formatIsoTime(detectedAt),
      id,
      text === undefined ? null : `%${text.replace(/[\\%_]/g, '\\$&')}%`,
      limit + 1,
    ],
  )
  const page = createCursorPage(rows, limit, (last) => cursors.write([last.detectedAt, last.id]))
  return { rows: page.rows.map(eventOf), nextCursor: page.nextCursor }
}

/**
 * Returns the number of parts (events that the given event explains) of each event, by ID. Events without parts are
 * left out.
 */
export async function countEventParts(db: SqlExecutor, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map()
  const { rows } = await cacheResultsUntilChange(() =>
    db.query<{ id: string; parts: number }>(
      'SELECT part_of AS id, count(*)::int AS parts FROM event WHERE part_of = ANY ($1) GROUP BY 1',
      [ids],
    ),
  )
  return new Map(rows.map(({ id, parts }) => [id, parts]))
}

/** Returns the events with the given IDs that are still stored, in no particular order. */
export async function readEventsById(db: SqlExecutor, ids: readonly string[]): Promise<StoredEvent[]> {
  return ids.length === 0 ? [] : readEventsMatchingCondition(db, 'e.id = ANY ($1)', [ids])
}

/**
 * Returns the events that meet an SQL condition on `e`. The condition may end with an ORDER BY. Only for callers in
 * lib/history.
 */
export async function readEventsMatchingCondition(
  db: SqlExecutor,
  condition: string,
  values: unknown[],
): Promise<StoredEvent[]> {
  const rows = await cacheResultsUntilChange(() =>
    queryRowsInCamelCase<Row>(
      db,
      `SELECT ${COLUMNS} FROM event e LEFT JOIN resource r ON r.short_id = e.scope WHERE ${condition}`,
      values,
    ),
  )
  return rows.map(eventOf)
}

/**
 * Returns the name of the resource that is an event's scope. If the resource is not stored, returns the ID; for the
 * whole estate its display name.
 */
export const formatEventResourceName = ({ scope, scopeName }: { scope: string; scopeName: string | null }): string =>
  scopeName ?? (scope === WHOLE_ESTATE ? WHOLE_ESTATE_NAME : scope)

function eventOf({ durationMinMs: minMs, durationMaxMs: maxMs, detail, ...row }: Row): StoredEvent {
  const kept = parseEventJson<{ failover: FailoverTimes; forwardingLoss: ForwardingLoss }>({ ...row, detail })
  return {
    ...replaceBoundColumns(row),
    scopeName: formatEventResourceName(row),
    duration: minMs === null || maxMs === null ? null : { minMs, maxMs },
    evidence: kept.evidence,
    causes: kept.causes,
    flags: [...row.flags, ...kept.unreadable],
    failover: kept.detail?.failover ?? null,
    forwardingLoss: kept.detail?.forwardingLoss ?? null,
  }
}
