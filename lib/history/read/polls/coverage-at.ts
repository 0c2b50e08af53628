import {
  type TimestampBounds,
  type EpochMs,
  type PollOutcome,
  type PollKind,
  INSTANT_BEFORE_MONITORING,
} from '#lib/contract/index.ts'
import { queryAtMoment } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { computeMaxGapFreeMs } from '../../record/poll-pace.ts'
import { createTimeBoundsFromColumns, formatIsoTime, toEpochMs, convertSecondsToMs } from '../../times.ts'
import type { PollCoverageAtMoment, SourceRef } from '../../types.ts'
import {
  createResourceCondition,
  createSourceListCondition,
  SOURCE_COLUMNS,
  convertSourceRefRow,
  type SourceRefRow,
} from './list-sources.ts'

/**
 * SQL condition: the poll read rows, because it was complete or only some gateway instances did not report (silent
 * instances).
 */
export const HAS_READ_ROWS_CONDITION = `(outcome = 'ok' OR (outcome = 'incomplete' AND cardinality(silent_instances) > 0))`

interface Row extends SourceRefRow {
  kind: PollKind
  before_from: Date | null
  before_to: Date | null
  own_interval: number | null
  /**
   * end of the previous readable coverage interval, if the first poll of the current interval may still have been
   * running at the moment; otherwise null
   */
  prior_to: Date | null
  tail_interval: number | null
  before_silent: string[] | null
  before_last_started: Date | null
  next_from: Date | null
  next_interval: number | null
  next_silent: string[] | null
  around_to: Date | null
  around_outcome: PollOutcome | null
  around_interval: number | null
}

/**
 * Returns whether polls observed a moment, for every (source, kind) in scope that was ever polled. The keys of the map
 * are `sourceId/kind`.
 * @param query.sources only these sources
 * @param query.now time for the decision whether the next poll is overdue; default `at`
 */
export async function readPollCoverageOfMoment(
  db: SqlExecutor,
  query: { scope?: string | undefined; kinds: readonly PollKind[]; at: EpochMs; now?: EpochMs; sources?: number[] },
): Promise<Map<string, PollCoverageAtMoment & SourceRef & { kind: PollKind }>> {
  if (query.sources?.length === 0) return new Map()
  const text = `SELECT ${SOURCE_COLUMNS}, p.kind, a.interval_seconds AS own_interval,
            a.from_at AS before_from, a.to_at AS before_to,
            CASE WHEN $AT < a.to_at AND (a.last_started_at = a.from_at OR $AT < a.from_at + make_interval(secs => a.interval_seconds)) THEN (
              SELECT v.to_at FROM coverage v WHERE (v.source_id, v.kind) = (p.source_id, p.kind) AND v.from_at < a.from_at AND ${HAS_READ_ROWS_CONDITION}
              ORDER BY v.from_at DESC LIMIT 1) END AS prior_to,
            p.interval_seconds AS tail_interval, a.silent_instances AS before_silent,
            a.last_started_at AS before_last_started, b.from_at AS next_from, b.interval_seconds AS next_interval,
            b.silent_instances AS next_silent,
            o.to_at AS around_to, o.outcome AS around_outcome, o.interval_seconds AS around_interval
     FROM poll_state p JOIN source s ON s.id = p.source_id JOIN resource r ON r.id = s.resource_id
     LEFT JOIN LATERAL (
       SELECT * FROM coverage c WHERE (c.source_id, c.kind) = (p.source_id, p.kind) AND from_at <= $AT AND ${HAS_READ_ROWS_CONDITION}
       ORDER BY from_at DESC LIMIT 1) a ON true
     LEFT JOIN LATERAL (
       SELECT * FROM coverage c WHERE (c.source_id, c.kind) = (p.source_id, p.kind) AND from_at > $AT AND ${HAS_READ_ROWS_CONDITION}
       ORDER BY from_at LIMIT 1) b ON true
     LEFT JOIN LATERAL (
       SELECT * FROM coverage c WHERE (c.source_id, c.kind) = (p.source_id, p.kind) AND from_at <= $AT
       ORDER BY from_at DESC LIMIT 1) o ON true
     WHERE ${createResourceCondition(1)} AND p.kind = ANY ($2) AND ${createSourceListCondition('p.source_id', 3)} ORDER BY p.source_id, p.kind`
  const values = [query.scope ?? null, query.kinds, query.sources ?? null]
  const rows = await queryAtMoment<Row>(db, { name: 'coverageAt', text, values }, formatIsoTime(query.at))
  return new Map(
    rows.map((row) => [
      `${row.source_id}/${row.kind}`,
      { ...convertSourceRefRow(row), kind: row.kind, ...momentOf(row, query.at, query.now) },
    ]),
  )
}

function momentOf(row: Row, at: EpochMs, now = at): PollCoverageAtMoment {
  const end = toEpochMs(row.before_to)
  // between two coverage intervals a gateway instance counts as seen only if it reported in both
  const between = end !== null && at > end ? (row.next_silent ?? []) : []
  const lastPollEnded = lastPollBefore(row, at)
  const common = {
    lastPollEnded,
    intervalMs: convertSecondsToMs(row.own_interval),
    polled: row.around_outcome !== null,
  }
  const silentInstances = [...new Set([...(row.before_silent ?? []), ...between])]
  if (end !== null && isCovered(row, end, at, Math.max(now, at))) {
    return { covered: true, silentInstances, ...common, gap: null }
  }
  const gap = { from: end ?? INSTANT_BEFORE_MONITORING, to: toEpochMs(row.next_from), outcome: outcomeAround(row, at) }
  return { covered: false, silentInstances: [], ...common, gap }
}

/**
 * Returns bounds of the end of the last poll before a moment. Polls within a coverage interval are not stored
 * individually. The bounds follow from the poll interval at the start of the coverage interval: there is no gap between
 * two of its polls, and every poll except the last takes at most as long as the poll interval.
 */
function lastPollBefore(row: Row, at: EpochMs): TimestampBounds | null {
  const { before_from, before_to, prior_to, before_last_started, own_interval } = row
  if (before_from === null || before_to === null || before_last_started === null) return null
  const [from, end, lastStarted] = [before_from.getTime(), before_to.getTime(), before_last_started.getTime()]
  if (at >= end) return { earliest: end, latest: end }
  // At the moment, the first (perhaps only) poll of the coverage interval was still running.
  if (at === from || lastStarted === from) return createTimeBoundsFromColumns(prior_to, prior_to)
  const intervalMs = convertSecondsToMs(own_interval)
  // At the moment, the first poll of the coverage interval may still have been running.
  if (at - intervalMs < from) return { earliest: prior_to?.getTime() ?? from, latest: at }
  return {
    earliest: Math.max(from, Math.min(at - intervalMs, lastStarted) - computeMaxGapFreeMs(intervalMs)),
    latest: at,
  }
}

/**
 * Reports whether a moment is covered. Each moment inside a coverage interval is covered. A moment after it is covered
 * if the next successful poll follows without a gap or, if there is none yet, is not overdue at `now`.
 */
function isCovered(row: Row, end: EpochMs, at: EpochMs, now: EpochMs): boolean {
  if (at <= end) return true
  if (row.next_from === null) return now - end <= computeMaxGapFreeMs(convertSecondsToMs(row.tail_interval))
  const distance = toEpochMs(row.next_from) - (toEpochMs(row.before_last_started) ?? end)
  return distance <= computeMaxGapFreeMs(convertSecondsToMs(row.next_interval))
}

/** Returns why a moment was not covered: the outcome of the failed polls around it; `not_polled` if there were none. */
function outcomeAround(row: Row, at: EpochMs): PollOutcome {
  const { around_outcome: outcome, around_to: to } = row
  if (outcome === null || to === null || outcome === 'ok') return 'not_polled'
  return at - toEpochMs(to) <= computeMaxGapFreeMs(convertSecondsToMs(row.around_interval)) ? outcome : 'not_polled'
}
