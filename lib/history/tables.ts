import type { DatabaseTableRegistrations, RowRetentionRule } from './types/tables.ts'
import {
  SELECT_PAST_ARP_ENTRIES,
  SELECT_PAST_CONNECTIONS,
  SELECT_PAST_COUNTERS,
  SELECT_PAST_COVERAGE,
  SELECT_PAST_EVENTS,
  SELECT_PAST_INCIDENTS,
  SELECT_PAST_METRICS,
  SELECT_PAST_POLL_SCHEDULES,
  SELECT_PAST_POLL_STATES,
  SELECT_PAST_RESOURCES,
  SELECT_PAST_ROUTES,
  SELECT_PAST_SESSIONS,
  SELECT_PAST_USAGE_BUCKETS,
  DECLARATION_VERSION_AT,
  selectEndedIntervals,
  selectRowsSince,
  buildPastIntervalsSql,
} from './past/past-selects.ts'
import { IS_VISIBLE_DECLARATION, VISIBLE_DECLARATION_VALUE } from './scoped/declared-rules.ts'
import {
  ALL_ROUTES_SELECT,
  selectRowsOfAnySource,
  selectRowsOfVisibleRoutes,
  VISIBLE_ROUTES_SELECT,
} from './scoped/route-rules.ts'
import {
  selectVisibleConfig,
  VISIBLE_EVENTS_SELECT,
  VISIBLE_INCIDENTS_SELECT,
  IS_SERIES_OF_OTHERS,
  IS_USAGE_OF_OTHERS,
  selectRowsOfResources,
  selectRowsOfSessions,
  selectRowsOfSource,
  selectRowsOfUsageSeries,
  selectRowsOfWholeSources,
  selectKeyPart,
  RESOURCE_TIME_COLUMNS,
  selectWholeTable,
} from './scoped/scope-selects.ts'

const ENDED_INTERVAL: RowRetentionRule = {
  until: 'first_absent',
  moments: [
    ['coalesce(t.last_absent, t.first_present)', 't.first_present'],
    ['t.last_present', 't.first_absent'],
  ],
}

const ENDED_EVENT = `coalesce(t.ended_latest, t.started_latest) < $2 AND (t.ended_latest IS NOT NULL OR EXISTS (
    SELECT FROM event n WHERE n.scope = t.scope AND n.subject = t.subject AND n.detected_at > t.detected_at))`

/** Tables of history, with their rules. Retention deletes rows in the order of this list. */
export const historyTables = {
  event: {
    past: SELECT_PAST_EVENTS,
    scope: VISIBLE_EVENTS_SELECT,
    retention: { ofSource: ENDED_EVENT },
    erasure: { texts: { evidence: 'jsonb', causes: 'jsonb' } },
  },
  session_interval: {
    past: selectEndedIntervals('session_interval'),
    scope: selectRowsOfSessions('session_interval', 'session_id'),
    retention: ENDED_INTERVAL,
    erasure: 'kept',
  },
  session_prefixes: {
    past: selectEndedIntervals('session_prefixes'),
    scope: selectRowsOfSessions('session_prefixes', 'session_id'),
    retention: ENDED_INTERVAL,
    erasure: 'kept',
  },
  route_interval: {
    past: selectEndedIntervals('route_interval'),
    scope: { whole: selectRowsOfAnySource('route_interval'), part: selectRowsOfVisibleRoutes('route_interval') },
    retention: ENDED_INTERVAL,
    erasure: 'kept',
  },
  arp_interval: {
    past: selectEndedIntervals('arp_interval'),
    scope: selectRowsOfSource('arp_interval'),
    retention: ENDED_INTERVAL,
    erasure: 'kept',
  },
  connection_interval: {
    past: selectEndedIntervals('connection_interval'),
    scope: selectRowsOfSource('connection_interval'),
    retention: ENDED_INTERVAL,
    erasure: 'kept',
  },
  resource_history: {
    past: selectEndedIntervals('resource_history'),
    scope: selectRowsOfResources(
      'resource_history',
      'source_id, last_absent, first_present, last_present, first_absent',
    ),
    retention: ENDED_INTERVAL,
    erasure: 'kept',
  },
  coverage: {
    past: SELECT_PAST_COVERAGE,
    scope: selectRowsOfAnySource('coverage'),
    retention: { until: 'to_at', moments: [['t.from_at', 't.to_at']] },
    erasure: 'kept',
  },
  // An entry about a part of a resource, for example about a hub's connection, is visible if the resource is visible.
  activity_entry: {
    past: selectRowsSince('activity_entry', 'read_finished_at'),
    scope: `SELECT * FROM public.activity_entry
    WHERE (${selectKeyPart('arm_key', 9)} = ANY (:armKeys) OR ${selectKeyPart('arm_key', 11)} = ANY (:armKeys))
      AND ${selectKeyPart('arm_key', 11)} <> ALL (:othersChildren)`,
    retention: { ofSource: 't.at < $2' },
    erasure: { signatures: ['caller'] },
  },
  route_churn: {
    past: selectRowsSince('route_churn', 'at'),
    scope: selectRowsOfWholeSources('route_churn'),
    retention: { ofSource: 't.at < $2' },
    erasure: 'kept',
  },
  incident: {
    past: SELECT_PAST_INCIDENTS,
    scope: VISIBLE_INCIDENTS_SELECT,
    retention: {
      statement:
        'DELETE FROM incident i WHERE i.closed_at < $1 AND NOT EXISTS (SELECT FROM event e WHERE e.incident_id = i.id)',
    },
    erasure: { signatures: ['acked_by', 'snoozed_by'], texts: { ack_note: 'text' } },
  },
  resource: {
    past: SELECT_PAST_RESOURCES,
    scope: `SELECT id, short_id, arm_key, arm_id, type, name, subscription_id, resource_group, location, ${selectVisibleConfig('id')}, ${RESOURCE_TIME_COLUMNS},
    '{}'::text[] AS identities
    FROM public.resource WHERE id = ANY (:resources) OR id = ANY (:shared)`,
    retention: 'kept',
    erasure: 'kept',
    named: `SELECT asked, name FROM unnest($1::text[]) asked JOIN resource ON short_id = asked OR arm_key = lower(asked)`,
  },
  resource_alias: {
    past: selectRowsSince('resource_alias', 'moved_by'),
    scope: 'SELECT * FROM public.resource_alias WHERE resource_id = ANY (:resources)',
    retention: 'kept',
    erasure: 'kept',
  },
  resource_span: {
    past: buildPastIntervalsSql('resource_span', 'resource_id, config'),
    scope: selectRowsOfResources('resource_span', 'last_absent, first_present, last_present, first_absent'),
    retention: 'kept',
    erasure: 'kept',
  },
  poll_state: {
    past: SELECT_PAST_POLL_STATES,
    scope: selectRowsOfAnySource('poll_state'),
    retention: 'kept',
    erasure: 'kept',
  },
  poll_schedule: {
    past: SELECT_PAST_POLL_SCHEDULES,
    scope: selectRowsOfAnySource('poll_schedule'),
    retention: 'kept',
    erasure: 'kept',
  },
  session: {
    past: SELECT_PAST_SESSIONS,
    scope: selectRowsOfSessions('session', 'id'),
    retention: 'kept',
    erasure: 'kept',
  },
  session_span: {
    past: buildPastIntervalsSql(
      'session_span',
      'session_id, source_id, state, azure_state, asn, down_reason, established_earliest, established_latest, transitions',
    ),
    scope: selectRowsOfSessions('session_span', 'session_id'),
    retention: 'kept',
    erasure: 'kept',
  },
  session_prefixes_span: {
    past: buildPastIntervalsSql('session_prefixes_span', 'session_id, source_id, prefixes_received'),
    scope: selectRowsOfSessions('session_prefixes_span', 'session_id'),
    retention: 'kept',
    erasure: 'kept',
  },
  route: {
    past: SELECT_PAST_ROUTES,
    scope: { whole: ALL_ROUTES_SELECT, part: VISIBLE_ROUTES_SELECT },
    retention: 'own step',
    erasure: 'kept',
  },
  route_span: {
    past: buildPastIntervalsSql('route_span', 'route_id, source_id, attributes_id'),
    scope: { whole: selectRowsOfAnySource('route_span'), part: selectRowsOfVisibleRoutes('route_span') },
    retention: 'kept',
    erasure: 'kept',
  },
  arp_entry: {
    past: SELECT_PAST_ARP_ENTRIES,
    scope: selectRowsOfSource('arp_entry'),
    retention: 'kept',
    erasure: 'kept',
  },
  arp_span: {
    past: buildPastIntervalsSql('arp_span', 'entry_id, source_id, mac_address'),
    scope: selectRowsOfSource('arp_span'),
    retention: 'kept',
    erasure: 'kept',
  },
  connection_state: {
    past: SELECT_PAST_CONNECTIONS,
    scope: selectRowsOfSource('connection_state'),
    retention: 'kept',
    erasure: 'kept',
  },
  connection_span: {
    past: buildPastIntervalsSql('connection_span', 'source_id, state'),
    scope: selectRowsOfSource('connection_span'),
    retention: 'kept',
    erasure: 'kept',
  },
  counter: {
    past: SELECT_PAST_COUNTERS,
    scope: selectRowsOfSource('counter'),
    retention: 'kept',
    erasure: 'kept',
  },
  counter_sample: {
    past: selectRowsSince('counter_sample', 'finished_at'),
    scope: selectRowsOfSource('counter_sample'),
    retention: 'own step',
    erasure: 'kept',
  },
  metric_series: {
    past: SELECT_PAST_METRICS,
    scope: `SELECT * FROM public.metric_series m WHERE source_id = ANY (:sources) AND (source_id <> ALL (:partSources) OR NOT ${IS_SERIES_OF_OTHERS})`,
    retention: 'kept',
    erasure: 'kept',
  },
  metric_sample: {
    past: selectRowsSince('metric_sample', 'at'),
    scope: `${selectRowsOfSource('metric_sample')} AND (source_id <> ALL (:partSources) OR series_id NOT IN (
    SELECT id FROM public.metric_series m WHERE m.source_id = ANY (:partSources) AND ${IS_SERIES_OF_OTHERS}))`,
    retention: 'own step',
    erasure: 'kept',
  },
  usage_bucket: {
    past: SELECT_PAST_USAGE_BUCKETS,
    scope: selectRowsOfUsageSeries('usage_bucket'),
    retention: 'own step',
    erasure: 'kept',
  },
  usage_gap: {
    past: selectRowsSince('usage_gap', 'to_at'),
    scope: selectRowsOfUsageSeries('usage_gap'),
    retention: 'own step',
    erasure: 'kept',
  },
  usage_series: {
    past: `SELECT id, source_id, path, basis, last_readings, least(rolled_up_to, :at) AS rolled_up_to FROM public.usage_series`,
    scope: `SELECT * FROM public.usage_series u WHERE source_id = ANY (:sources) AND NOT ${IS_USAGE_OF_OTHERS}`,
    retention: 'kept',
    erasure: 'kept',
  },
  declaration: {
    past: `SELECT kind, key, value, since_version, CASE WHEN until_version <= ${DECLARATION_VERSION_AT} THEN until_version END AS until_version
    FROM public.declaration WHERE since_version <= ${DECLARATION_VERSION_AT}`,
    scope: `SELECT kind, key, ${VISIBLE_DECLARATION_VALUE} AS value, since_version, until_version FROM public.declaration WHERE ${IS_VISIBLE_DECLARATION}`,
    retention: 'kept',
    erasure: { texts: { value: 'jsonb' } },
  },
  declaration_version: {
    past: selectRowsSince('declaration_version', 'saved_at'),
    scope: 'SELECT * FROM public.declaration_version',
    retention: 'kept',
    erasure: { signatures: ['saved_by'] },
  },
  detection_settings: {
    past: selectRowsSince('detection_settings', 'saved_at'),
    scope: selectWholeTable('detection_settings'),
    retention: 'kept',
    erasure: { signatures: ['saved_by'], texts: { note: 'text' } },
  },
  // the entries in `released` (neighbors whose circuit or connection was removed) contain the time of the removal, so
  // the current value also serves for past moments; releases that were reverted since then are missing
  detection_scope: {
    past: `SELECT scope, jsonb_build_object('version', state -> 'version', 'released', state -> 'released') AS state, updated_at,
      NULL::timestamptz(3) AS recheck_at, false AS awaits_bytes, false AS awaits_routes FROM public.detection_scope`,
    scope: 'SELECT * FROM public.detection_scope WHERE scope = ANY (:shortIds)',
    retention: 'kept',
    erasure: { texts: { state: 'jsonb' } },
  },
  slo_count: { past: selectRowsSince('slo_count', 'bucket'), scope: 'hidden', retention: 'kept', erasure: 'kept' },
  source: {
    past: 'unchanged',
    scope: 'SELECT * FROM public.source WHERE id = ANY (:anySources)',
    retention: 'kept',
    erasure: 'kept',
  },
  resource_lease: {
    past: 'forgotten',
    scope: 'SELECT * FROM public.resource_lease WHERE resource = ANY (:armKeys)',
    retention: 'kept',
    erasure: 'kept',
  },
  // Attribute sets can be found only through visible routes, so they need no rule.
  route_attributes: {
    past: 'unchanged',
    scope: selectRowsOfAnySource('route_attributes'),
    retention: 'own step',
    erasure: 'kept',
  },
  route_churn_state: {
    past: 'forgotten',
    scope: selectRowsOfWholeSources('route_churn_state'),
    retention: 'kept',
    erasure: 'kept',
  },
  metric_backfill: {
    past: 'forgotten',
    scope: selectRowsOfSource('metric_backfill'),
    retention: 'kept',
    erasure: 'kept',
  },
  detection_state: {
    past: 'forgotten',
    scope: selectRowsOfSource('detection_state'),
    retention: 'kept',
    erasure: 'kept',
  },
  _prisma_migrations: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  back_test: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: { signatures: ['requested_by'] } },
  deployment: { past: 'unchanged', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  job: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  process_metrics: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  work_lease: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
  write_probe: { past: 'forgotten', scope: 'hidden', retention: 'kept', erasure: 'kept' },
} satisfies DatabaseTableRegistrations
