import type { EpochMs, Severity } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs, EVENT_FILTER_CONDITION, type EventFilter, getEventFilterValues } from '#lib/history/statements.ts'

/** Number of events of one severity in one time step. */
export interface EventStepCount {
  /** index of the step in the requested time, from 0 */
  step: number
  severity: Severity
  count: number
}

/**
 * Returns the number of events by time step and severity. Steps without events are left out. An event counts once, in
 * the step of its latest possible begin (in the last step if that is later than the range).
 */
export async function countEventsByStep(
  db: SqlExecutor,
  filter: EventFilter,
  { from, to, stepMs }: { from: EpochMs; to: EpochMs; stepMs: number },
): Promise<EventStepCount[]> {
  // The filter includes its end, so 1 ms is subtracted.
  const values = getEventFilterValues(filter, { from, to: to - 1 })
  const { rows } = await db.query<EventStepCount>(
    `SELECT floor(extract(epoch FROM least(e.started_latest, $3::timestamptz) - $2::timestamptz) * 1000 / $10::float8)::int AS step,
            e.severity, count(*)::int AS count
     FROM event e WHERE ${EVENT_FILTER_CONDITION} AND e.started_latest >= $2
     GROUP BY 1, 2 ORDER BY 1, 2`,
    [...values, stepMs],
  )
  return rows
}

/** Number of times that one session of a resource was lost. */
export interface FlapCount {
  /** short ID of the resource */
  scope: string
  scopeName: string | null
  subject: string
  /** number of losses that began in the requested time, including short flaps and longer outages */
  count: number
  /** minimum and maximum total downtime of the losses that have ended, in ms */
  downMs: { min: number; max: number }
  lastAt: EpochMs
}

/**
 * Returns the sessions that were lost most often in [from, to), most losses first; at equal numbers, the latest loss
 * first.
 */
export async function listFlapCounts(
  db: SqlExecutor,
  filter: Pick<EventFilter, 'scope'>,
  { from, to, limit }: { from: EpochMs; to: EpochMs; limit: number },
): Promise<FlapCount[]> {
  const { rows } = await db.query<{
    scope: string
    scope_name: string | null
    subject: string
    count: number
    min_ms: number
    max_ms: number
    last_at: Date
  }>(
    `SELECT e.scope, r.name AS scope_name, e.subject, count(*)::int AS count, coalesce(sum(e.duration_min_ms), 0)::float8 AS min_ms,
            coalesce(sum(e.duration_max_ms), 0)::float8 AS max_ms, max(e.started_latest) AS last_at
     FROM event e LEFT JOIN resource r ON r.short_id = e.scope
     WHERE ${EVENT_FILTER_CONDITION} AND e.started_latest >= $2
     GROUP BY e.scope, r.name, e.subject ORDER BY count DESC, last_at DESC, e.scope, e.subject LIMIT $10`,
    [...getEventFilterValues({ ...filter, kinds: ['session_flap', 'session_down'] }, { from, to: to - 1 }), limit],
  )
  return rows.map(({ scope, scope_name, subject, count, min_ms, max_ms, last_at }) => ({
    scope,
    scopeName: scope_name,
    subject,
    count,
    downMs: { min: min_ms, max: max_ms },
    lastAt: toEpochMs(last_at),
  }))
}
