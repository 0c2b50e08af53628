import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { MIN_METRIC_AGE_MS, severities, UNREAD_ROWS_INSTANCE } from '#lib/contract/index.ts'
import { HAS_READ_ROWS_CONDITION } from '../read/polls/coverage-at.ts'
import type { SelectStatement } from '../types/tables.ts'

/** SQL condition: the time that the session reports for its last state change fits the start of the interval `x`. */
const begins = (x: string) =>
  `${x}.last_absent <= ${x}.established_latest AND ${x}.established_earliest <= ${x}.first_present`

/**
 * SQL of the bounds of a session's last state change, as they were known at the moment `:at`. If the reported time fits
 * the start of the interval, it is combined with the bounds of the polls around the change. Otherwise the reported time
 * is used if it is not after the moment.
 */
const TURN: Readonly<Record<string, (x: string) => string>> = createSafeLookupTable({
  established_earliest: (x) => `CASE WHEN ${begins(x)} THEN greatest(${x}.established_earliest, ${x}.last_absent)
    WHEN ${x}.established_earliest <= :at THEN ${x}.established_earliest END`,
  established_latest: (x) => `CASE WHEN ${begins(x)} THEN least(${x}.established_latest, ${x}.first_present)
    WHEN ${x}.established_earliest <= :at THEN least(${x}.established_latest, :at) END`,
})

/**
 * Returns SQL that reads a table as of the moment `:at`. The table holds the current state of each row; a second table
 * holds the past intervals.
 * If the current interval of a row had already begun at the moment, the row is returned unchanged. For any other row,
 * the last interval that had begun at the moment is used. It is returned as ongoing if it ended after the moment.
 * @param same columns that never change
 * @param values columns with a value per interval; null for an absent row, unless `kept` is set
 * @param extra further columns, as expressions on the row `t`
 */
function asItWas({
  table,
  intervals,
  of,
  same,
  values,
  kept = false,
  extra = '',
}: {
  table: string
  intervals: string
  /** condition that joins an interval `x` to its row `t` */
  of: string
  same: string
  values: readonly string[]
  kept?: boolean
  extra?: string
}): SelectStatement {
  const own = same.replaceAll(/\w+/g, 't.$&')
  const isOpen = '(i.first_absent > :at)'
  const valuesThen = values.map((name) => (kept ? `i.${name}` : `CASE WHEN ${isOpen} THEN i.${name} END`))
  const valuesNow = values.map((name) => `t.${name}`)
  return `SELECT ${own}, ${valuesNow.join(', ')}, t.last_absent, t.first_present, t.last_present, t.closed_until${extra}
    FROM public.${table} t WHERE t.first_present <= :at
  UNION ALL
  SELECT ${own}, ${valuesThen.join(', ')}, CASE WHEN ${isOpen} THEN i.last_absent END,
    CASE WHEN ${isOpen} THEN i.first_present END, CASE WHEN ${isOpen} THEN least(i.last_present, i.first_present) END,
    CASE WHEN NOT ${isOpen} THEN i.first_absent END${extra}
    FROM public.${table} t JOIN LATERAL (
      SELECT * FROM public.${intervals} x WHERE ${of} AND x.first_present <= :at ORDER BY x.first_present DESC LIMIT 1) i ON true
    WHERE t.first_present IS NULL OR t.first_present > :at`
}

/** Returns SQL for the intervals of a table that had ended by the moment `:at`. */
export const selectEndedIntervals = (table: string): SelectStatement =>
  `SELECT * FROM public.${table} WHERE first_absent <= :at`

/** Returns SQL for intervals that had begun by the moment `:at`; intervals that ended later are returned as ongoing. */
export const buildPastIntervalsSql = (
  view: string,
  columns: string,
): SelectStatement => `SELECT ${columns.replaceAll(/\w+/g, (name) => (TURN[name] ? `${TURN[name]('s')} AS ${name}` : name))}, last_absent, first_present,
    CASE WHEN first_absent > :at THEN least(last_present, first_present) ELSE last_present END AS last_present,
    CASE WHEN first_absent <= :at THEN first_absent END AS first_absent
  FROM public.${view} s WHERE first_present <= :at`

/** Returns SQL for the rows of a table whose time column is not after the moment `:at`. */
export const selectRowsSince = (table: string, column: string): SelectStatement =>
  `SELECT * FROM public.${table} WHERE ${column} <= :at`

/**
 * SQL condition: a coverage interval (consecutive polls with one outcome) had begun by the moment `:at`. An interval
 * with a single poll counts from the end of the poll. For an interval with several polls, the end of the first poll is
 * not stored, so it counts from the start of that poll.
 */
const HAD_BEGUN = 'c.from_at <= :at AND (c.from_at < c.last_started_at OR c.to_at <= :at)'

const LAST_COVERED = (condition: string) => `(SELECT c.outcome, c.silent_instances, c.interval_seconds, c.from_at,
      CASE WHEN c.to_at <= :at THEN c.last_started_at ELSE greatest(c.from_at, :at - make_interval(secs => c.interval_seconds)) END AS started_at,
      least(c.to_at, :at) AS finished_at
    FROM public.coverage c WHERE (c.source_id, c.kind) = (t.source_id, t.kind) AND ${HAD_BEGUN} AND ${condition}
    ORDER BY c.from_at DESC LIMIT 1)`

/**
 * SQL of the last poll before the moment `:at`, derived from coverage. The polls of a coverage interval are not stored
 * individually, so within an interval the last poll is assumed to have started one poll interval before the moment (but
 * not before the coverage interval) and to have ended at the moment.
 */
export const SELECT_PAST_POLL_STATES: SelectStatement = `SELECT t.source_id, t.kind, o.started_at AS last_started_at, o.finished_at AS last_finished_at, o.outcome AS last_outcome,
    o.from_at AS interval_from, g.started_at AS ok_started_at, g.finished_at AS ok_finished_at, r.started_at AS read_at,
    '{}'::jsonb AS silent_read_at, o.silent_instances, NULL::jsonb AS error,
    NULL::text AS correlation_id, NULL::jsonb AS budget, o.interval_seconds, '{}'::timestamptz(3)[] AS recent_starts,
    '{}'::int[] AS recent_durations, 0::bigint AS polls, NULL::timestamptz(3) AS read_up_to
  FROM public.poll_state t JOIN LATERAL ${LAST_COVERED('true')} o ON true
    LEFT JOIN LATERAL ${LAST_COVERED("c.outcome = 'ok'")} g ON true
    LEFT JOIN LATERAL ${LAST_COVERED(HAS_READ_ROWS_CONDITION)} r ON true`

/**
 * SQL of the poll schedule at the moment `:at`. It contains the polls that are currently scheduled. It also contains
 * polls that are no longer scheduled but still ran shortly before the moment, that is, their last poll ended after the
 * moment or at most two intervals before it.
 */
export const SELECT_PAST_POLL_SCHEDULES: SelectStatement = `SELECT t.source_id, t.kind, o.interval_seconds AS every_seconds, :at AS next_at, NULL::text AS lease_owner,
    NULL::timestamptz AS lease_until, 0::bigint AS epoch, NULL::float8 AS burst_every_seconds, NULL::timestamptz AS burst_until,
    NULL::text AS burst_reason, NULL::text AS resource, NULL::timestamptz AS asked_at, NULL::real AS run_seconds,
    o.interval_seconds AS configured_seconds, NULL::jsonb AS plan
  FROM public.poll_state t JOIN LATERAL ${LAST_COVERED('true')} o ON true
  WHERE t.last_finished_at > :at - make_interval(secs => 2 * o.interval_seconds)
    OR EXISTS (SELECT FROM public.poll_schedule p WHERE (p.source_id, p.kind) = (t.source_id, t.kind))`

export const SELECT_PAST_COVERAGE: SelectStatement = `SELECT source_id, kind, from_at, least(to_at, :at) AS to_at,
    CASE WHEN to_at <= :at THEN last_started_at ELSE greatest(from_at, :at - make_interval(secs => interval_seconds)) END AS last_started_at,
    outcome, silent_instances, polls, interval_seconds, detail
  FROM public.coverage c WHERE ${HAD_BEGUN}`

/**
 * SQL of the time of the last poll that read the gateway instance of a session. A poll in which rows of unknown
 * instances were unreadable does not count.
 */
const SEEN = `(SELECT least(c.to_at, :at) FROM public.coverage c
    WHERE (c.source_id, c.kind) = (t.source_id, t.kind) AND ${HAD_BEGUN} AND ${HAS_READ_ROWS_CONDITION} AND NOT c.silent_instances && ARRAY[t.local_address, '${UNREAD_ROWS_INSTANCE}']
    ORDER BY c.from_at DESC LIMIT 1)`

/** Returns SQL that evaluates an expression on the last interval of a session that had begun by the moment `:at`. */
const OF_LAST = (expression: string) => `(SELECT ${expression} FROM public.session_span x
    WHERE (x.source_id, x.session_id) = (t.source_id, t.id) AND x.first_present <= :at ORDER BY x.first_present DESC LIMIT 1)`

/** SQL of the time at which a session's row disappeared; null = it is present at the moment `:at`. */
const GONE = OF_LAST('CASE WHEN x.first_absent <= :at THEN x.first_absent END')

/**
 * SQL of the time at which a session was last read before its row disappeared. It is the start of the last poll with
 * the row, or the end of the first poll of the interval if that is later. The ends of the other polls are not stored.
 * Null = the row is present.
 */
const LAST_READ = OF_LAST('CASE WHEN x.first_absent <= :at THEN greatest(x.last_present, x.first_present) END')

const PREFIXES = (column: string) => `(SELECT x.${column} FROM public.session_prefixes_span x
    WHERE (x.source_id, x.session_id) = (t.source_id, t.id) AND x.first_present <= :at AND (x.first_absent IS NULL OR :at < x.first_absent)
    ORDER BY x.first_present DESC LIMIT 1)`

export const SELECT_PAST_SESSIONS = asItWas({
  table: 'session',
  intervals: 'session_interval',
  of: '(x.source_id, x.session_id) = (t.source_id, t.id)',
  same: 'id, source_id, kind, local_address, neighbor',
  values: ['state', 'azure_state', 'asn', 'down_reason', 'transitions'],
  kept: true,
  extra: `, ${Object.keys(TURN)
    .map((name) => `${OF_LAST(TURN[name]?.('x') ?? '')} AS ${name}`)
    .join(', ')},
      EXISTS (SELECT FROM public.session_span e WHERE (e.source_id, e.session_id) = (t.source_id, t.id)
        AND e.state = 'established' AND e.first_present <= :at) AS ever_established,
      coalesce((SELECT 1 + floor(extract(epoch FROM :at - g.at) / greatest(p.interval_seconds, 1))::int
        FROM (SELECT ${GONE} AS at) g, LATERAL ${LAST_COVERED(HAS_READ_ROWS_CONDITION)} p), 0) AS missing_polls,
      NULL::timestamptz(3) AS seen_started_at, least(greatest(${SEEN}, ${OF_LAST('x.first_present')}), ${LAST_READ}) AS seen_finished_at,
      ${['prefixes_received', 'last_absent', 'first_present', 'last_present']
        .map((name) => `${PREFIXES(name)} AS ${name === 'prefixes_received' ? name : `prefixes_${name}`}`)
        .join(', ')},
      NULL::numeric AS messages_sent, NULL::numeric AS messages_received, '{}'::jsonb AS life`,
})

export const SELECT_PAST_ROUTES = asItWas({
  table: 'route',
  intervals: 'route_interval',
  of: '(x.source_id, x.route_id) = (t.source_id, t.id)',
  same: 'id, source_id, kind, instance, peer, prefix',
  values: ['attributes_id'],
})

export const SELECT_PAST_ARP_ENTRIES = asItWas({
  table: 'arp_entry',
  intervals: 'arp_interval',
  of: '(x.source_id, x.entry_id) = (t.source_id, t.id)',
  same: 'id, source_id, interface, ip_address',
  values: ['mac_address'],
  extra: ', NULL::float8 AS age_minutes, NULL::timestamptz(3) AS seen_finished_at',
})

export const SELECT_PAST_CONNECTIONS = asItWas({
  table: 'connection_state',
  intervals: 'connection_interval',
  of: 'x.source_id = t.source_id',
  same: 'source_id',
  values: ['state'],
})

/**
 * SQL of the resources at the moment `:at`. The ARM ID is the ID before any later move; name and location are the
 * current values.
 */
export const SELECT_PAST_RESOURCES: SelectStatement = `SELECT t.id, t.short_id, t.arm_key,
    coalesce((SELECT a.arm_id FROM public.resource_alias a WHERE a.resource_id = t.id AND a.moved_by > :at ORDER BY a.moved_by LIMIT 1), t.arm_id)
      AS arm_id,
    t.type, t.name, t.subscription_id, t.resource_group, t.location, CASE WHEN i.isnow THEN t.config ELSE i.config END AS config, t.first_seen,
    t.listed_by, i.last_absent, i.first_present, i.last_present, i.closed_until, i.removed_after, NULL::timestamptz(3) AS missing_after,
    NULL::timestamptz(3) AS missing_by, t.identities, t.kept_id, t.joined_to, t.joins, t.parts
  FROM public.resource t LEFT JOIN LATERAL (
    SELECT true AS isnow, NULL::jsonb AS config, t.last_absent, t.first_present, t.last_present, NULL::timestamptz(3) AS closed_until,
      NULL::timestamptz(3) AS removed_after
    WHERE t.first_present <= :at
    UNION ALL
    SELECT false, x.config, CASE WHEN x.open THEN x.last_absent END, CASE WHEN x.open THEN x.first_present END,
      CASE WHEN x.open THEN least(x.last_present, x.first_present) END, CASE WHEN NOT x.open THEN x.first_absent END,
      CASE WHEN NOT x.open THEN x.last_present END
    FROM (SELECT h.*, h.first_absent > :at AS open FROM public.resource_history h
      WHERE h.resource_id = t.id AND h.first_present <= :at ORDER BY h.first_present DESC LIMIT 1) x
    WHERE t.first_present IS NULL OR t.first_present > :at) i ON true
  WHERE t.first_seen IS NULL OR t.first_seen <= :at`

const LAST_SAMPLE = (before: string) => `(SELECT x.* FROM public.counter_sample x
    WHERE (x.source_id, x.counter_id) = (t.source_id, t.id) AND x.started_at > :at - interval '1 day' AND x.started_at < ${before}
      AND x.finished_at <= :at ORDER BY x.started_at DESC LIMIT 1)`

/** SQL of each counter's last two samples in the day before the moment `:at`. Older samples give no rate. */
export const SELECT_PAST_COUNTERS: SelectStatement = `SELECT t.id, t.source_id, t.path, l.started_at, l.finished_at, l.bytes_in, l.bytes_out, p.started_at AS previous_started_at,
    p.finished_at AS previous_finished_at, p.bytes_in AS previous_bytes_in, p.bytes_out AS previous_bytes_out
  FROM public.counter t LEFT JOIN LATERAL ${LAST_SAMPLE(':at')} l ON true LEFT JOIN LATERAL ${LAST_SAMPLE('l.started_at')} p ON true`

/**
 * SQL of metrics at the moment `:at`. The database does not store when a bucket was read. A bucket is therefore assumed
 * to have been read as soon as it was old enough for the current minimum age of its series.
 */
export const SELECT_PAST_METRICS: SelectStatement = `SELECT t.id, t.source_id, t.metric, t.grain_seconds, t.dimensions, t.unit, l.at, l.average, l.maximum, l.minimum, l.total, t.needed_seconds
  FROM public.metric_series t LEFT JOIN LATERAL (SELECT x.* FROM public.metric_sample x
    WHERE (x.source_id, x.series_id) = (t.source_id, t.id) AND x.at > :at - interval '1 day'
      AND x.at <= :at - make_interval(secs => t.grain_seconds + greatest(${MIN_METRIC_AGE_MS / 1_000}, t.needed_seconds))
    ORDER BY x.at DESC LIMIT 1) l ON true`

/** SQL of the usage buckets that had ended by the moment `:at`. */
export const SELECT_PAST_USAGE_BUCKETS: SelectStatement = `SELECT * FROM public.usage_bucket WHERE starts_at <= :at - CASE step WHEN 1 THEN interval '5 min' WHEN 2 THEN interval '1 hour'
    WHEN 3 THEN interval '1 day' ELSE interval '1 month' END`

const END_KNOWN = ['ended_earliest', 'ended_latest', 'duration_min_ms', 'duration_max_ms']
  .map((name) => `CASE WHEN ended_latest <= :at THEN ${name} END AS ${name}`)
  .join(', ')

/**
 * SQL of the events that had been detected by the moment `:at`. An end that was proved only later is null, and evidence
 * from later polls is left out. Severity, causes and parent event are the current values, because earlier ones are not
 * stored.
 */
export const SELECT_PAST_EVENTS: SelectStatement = `SELECT id, source_id, key, kind, severity, scope, subject, started_earliest, started_latest, ${END_KNOWN}, detected_at,
    CASE jsonb_typeof(evidence) WHEN 'array' THEN jsonb_path_query_array(evidence, '$[*] ? (!(@.sampledAfter.earliest > $at))',
      jsonb_build_object('at', extract(epoch FROM :at) * 1000)) ELSE evidence END AS evidence,
    causes, flags, part_of, incident_id, updated_at, detail, settings_version
  FROM public.event WHERE detected_at <= :at`

/**
 * SQL of the incidents that had been opened by the moment `:at`. If an incident was still open at the moment, its
 * severity and end are derived from the events known then. If it was already closed, it has its final values.
 */
export const SELECT_PAST_INCIDENTS: SelectStatement = `SELECT i.id, i.key, i.scope, coalesce(f.root, i.root) AS root,
    CASE WHEN i.former_roots = '[]' THEN i.former_roots ELSE coalesce((SELECT jsonb_agg(r ORDER BY n)
      FROM jsonb_array_elements(i.former_roots) WITH ORDINALITY AS l (r, n) WHERE (r ->> 'until')::timestamptz <= :at), '[]') END AS former_roots,
    i.explained_by, coalesce(s.severity, i.severity) AS severity, i.started_earliest, i.started_latest,
    CASE WHEN i.closed_at <= :at THEN i.ended_earliest WHEN s.ended THEN s.ended_earliest END AS ended_earliest,
    CASE WHEN i.closed_at <= :at THEN i.ended_latest WHEN s.ended THEN s.ended_latest END AS ended_latest,
    i.opened_at, CASE WHEN i.closed_at <= :at THEN i.closed_at END AS closed_at,
    CASE WHEN i.acked_at <= :at THEN i.acked_at END AS acked_at, CASE WHEN i.acked_at <= :at THEN i.acked_by END AS acked_by,
    CASE WHEN i.acked_at <= :at THEN i.ack_note END AS ack_note,
    CASE WHEN i.snoozed_at <= :at THEN i.snoozed_until END AS snoozed_until,
    CASE WHEN i.snoozed_at <= :at THEN i.snoozed_at END AS snoozed_at,
    CASE WHEN i.snoozed_at <= :at THEN i.snoozed_by END AS snoozed_by, i.updated_at
  FROM public.incident i
  LEFT JOIN LATERAL (SELECT r ->> 'root' AS root FROM jsonb_array_elements(i.former_roots) AS r
    WHERE (r ->> 'until')::timestamptz > :at ORDER BY (r ->> 'until')::timestamptz LIMIT 1) f ON i.former_roots <> '[]'
  LEFT JOIN LATERAL (
    SELECT (array_agg(e.severity ORDER BY array_position(ARRAY[${severities.map((one) => `'${one}'`).join(', ')}], e.severity)))[1] AS severity,
      bool_and(coalesce(e.ended_latest <= :at, false)) AS ended, max(e.ended_earliest) AS ended_earliest, max(e.ended_latest) AS ended_latest
    FROM public.event e WHERE e.incident_id = i.id AND e.detected_at <= :at
  ) s ON i.closed_at IS NULL OR i.closed_at > :at
  WHERE i.opened_at <= :at`

export const DECLARATION_VERSION_AT = '(SELECT max(version) FROM public.declaration_version WHERE saved_at <= :at)'
