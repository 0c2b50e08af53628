import { wordTable } from '#lib/bgp/word-table.ts'
import { severities } from '#lib/contract/index.ts'
import { DECLARED_RULES } from './declared-rules.ts'
import { ROUTES, ROUTES_ALONE } from './route-rules.ts'
import type { Visible } from './visible.ts'

/** A value that a condition reads from {@link Visible}: what is bound, and as which type. */
interface Bound {
  type: string
  value: (visible: Visible) => unknown
}

/** Everything that is seen, by name: what was computed from it may be shown to whoever still sees it all. */
export const everySeen = (v: Pick<Visible, 'shortIds' | 'sharedShortIds' | 'ownMembers'>): string[] => [
  ...v.shortIds,
  ...v.sharedShortIds,
  ...v.ownMembers,
]

/** What conditions name as `:name`. */
export const BOUND = {
  resources: { type: 'int[]', value: (v) => v.resources },
  shortIds: { type: 'text[]', value: (v) => v.shortIds },
  armKeys: { type: 'text[]', value: (v) => v.armKeys },
  shared: { type: 'int[]', value: (v) => v.shared },
  sharedShortIds: { type: 'text[]', value: (v) => v.sharedShortIds },
  sources: { type: 'int[]', value: (v) => v.sources },
  anySources: { type: 'int[]', value: (v) => [...v.sources, ...v.sharedSources] },
  hiddenSessions: { type: 'int[]', value: (v) => v.hiddenSessions },
  shownSessions: { type: 'int[]', value: (v) => v.shownSessions },
  partSources: { type: 'int[]', value: (v) => v.parts.sources },
  ownCarriers: { type: 'int[]', value: (v) => v.parts.own.map(({ sourceId }) => sourceId) },
  ownPeers: { type: 'text[]', value: (v) => v.parts.own.map(({ peer }) => peer) },
  ownCompanies: { type: 'int[]', value: (v) => v.parts.own.map(({ company }) => company) },
  othersCarriers: { type: 'int[]', value: (v) => v.parts.others.map(({ sourceId }) => sourceId) },
  othersPeers: { type: 'text[]', value: (v) => v.parts.others.map(({ peer }) => peer) },
  othersCompanies: { type: 'int[]', value: (v) => v.parts.others.map(({ company }) => company) },
  provenTables: { type: 'int[]', value: (v) => v.parts.proven.map(({ sourceId }) => sourceId) },
  provenCompanies: { type: 'int[]', value: (v) => v.parts.proven.map(({ company }) => company) },
  interfaces: { type: 'int[]', value: (v) => v.parts.interfaces },
  appliances: { type: 'int[]', value: (v) => v.parts.appliances },
  foreignMembers: { type: 'text[]', value: (v) => v.foreignMembers },
  ownMembers: { type: 'text[]', value: (v) => v.ownMembers },
  othersChildren: { type: 'text[]', value: (v) => v.othersChildren },
  naming: { type: 'int[]', value: (v) => v.naming },
  routerSessions: { type: 'int[]', value: (v) => v.routerSessions },
  routers: { type: 'int[]', value: (v) => v.routers },
  anyScopes: { type: 'text[]', value: (v) => [...v.shortIds, ...v.sharedShortIds, ...v.subscriptions] },
  subscriptions: { type: 'text[]', value: (v) => v.subscriptions },
  customers: { type: 'text[]', value: (v) => v.customers.map((name) => name.toLowerCase()) },
  audience: { type: 'text', value: (v) => v.audience },
  everySeen: { type: 'text[]', value: everySeen },
} as const satisfies Record<string, Bound>

const ofSource = (table: string) => `SELECT * FROM public.${table} WHERE source_id = ANY (:sources)`
const ofAnySource = (table: string) => `SELECT * FROM public.${table} WHERE source_id = ANY (:anySources)`

/** A session's row is named by `column`. */
const ofSession = (table: string, column: string) =>
  `SELECT * FROM public.${table} WHERE source_id = ANY (:anySources)
     AND ((source_id = ANY (:sources) AND ${column} <> ALL (:hiddenSessions)) OR ${column} = ANY (:shownSessions))`

/** Azure Monitor names a neighbor by its address, a hub's connection by its name or id. */
const IS_FOREIGN_SERIES = `EXISTS (
  SELECT FROM jsonb_each_text(m.dimensions) AS d
  JOIN unnest(:othersCarriers, :othersPeers) AS x (source_id, peer) ON x.source_id = m.source_id
  WHERE lower(regexp_replace(d.value, '^.*/', '')) = x.peer)`

/** Bytes of a hub's connection are added up under its name. */
const IS_FOREIGN_USAGE = `(u.source_id, u.path) IN (
  SELECT x.source_id, 'connection/' || x.peer FROM unnest(:othersCarriers, :othersPeers) AS x (source_id, peer))`
const ofUsage = (table: string) => `${ofSource(table)} AND (source_id <> ALL (:partSources) OR series_id NOT IN (
    SELECT id FROM public.usage_series u WHERE ${IS_FOREIGN_USAGE}))`

/** Counts do not say who announced what: of a table that is seen in part the intervals are counted instead. */
const ofWholeTable = (table: string) => `${ofSource(table)} AND source_id <> ALL (:partSources)`

/** The begin of a key that names a resource (9 segments), or a part of it (11). */
const partOf = (key: string, segments: number) => `array_to_string((string_to_array(${key}, '/'))[1:${segments}], '/')`

/** A list in the configuration of a hub or its gateway, without what is others': parts stand there by their id, or with it. */
const withoutOthersIn = (list: string) => `(
  SELECT coalesce(jsonb_agg(part ORDER BY n), '[]') FROM jsonb_array_elements(${list}) WITH ORDINALITY AS l (part, n)
  WHERE NOT EXISTS (
    SELECT FROM unnest(:othersChildren) AS c WHERE c = lower(coalesce(part ->> 'id', part #>> '{}'))
      OR (part ->> 'id' IS NULL AND substring(c FROM '[^/]*$') = lower(part ->> 'name'))))`
const withoutOthersInLists = (object: string) => `(
  SELECT jsonb_object_agg(key, CASE jsonb_typeof(value) WHEN 'array' THEN ${withoutOthersIn('value')} ELSE value END) FROM jsonb_each(${object}))`

/**
 * The configuration of a shared gateway or hub has its kind and the reader's connections, and neither its size nor names of resources around it.
 * A mixed one has all but connections of others.
 */
const CONFIG = `CASE
  WHEN :id = ANY (:shared) AND config IS NOT NULL THEN jsonb_build_object(
    'properties', jsonb_build_object('gatewayType', config #> '{properties,gatewayType}', 'vpnType', config #> '{properties,vpnType}',
      'provisioningState', config #> '{properties,provisioningState}', 'virtualHub', config #> '{properties,virtualHub}',
      'virtualWan', CASE jsonb_typeof(config #> '{properties,virtualWan}') WHEN 'object' THEN '{}'::jsonb END,
      'expressRouteConnections', CASE jsonb_typeof(config #> '{properties,expressRouteConnections}')
        WHEN 'array' THEN ${withoutOthersIn("config #> '{properties,expressRouteConnections}'")} END))
  WHEN :id = ANY (:naming) AND jsonb_typeof(config -> 'properties') = 'object'
    THEN ${withoutOthersInLists('config')} || jsonb_build_object('properties', ${withoutOthersInLists("config -> 'properties'")})
  ELSE config END AS config`
const configOf = (column: string) => CONFIG.replaceAll(':id', column)

const ofResource = (table: string, columns: string) =>
  `SELECT resource_id, ${configOf('resource_id')}, ${columns} FROM public.${table}
   WHERE resource_id = ANY (:resources) OR resource_id = ANY (:shared)`

/** An event of a gateway that names a neighbor belongs to that neighbor's circuit. */
const EVENT_SEEN = (e: string) => `(
  (${e}.scope = ANY (:shortIds) AND ${e}.scope || ' ' || substr(${e}.subject, strpos(${e}.subject, '~') + 1) <> ALL (:foreignMembers))
  OR (${e}.scope = ANY (:sharedShortIds) AND ${e}.scope || ' ' || substr(${e}.subject, strpos(${e}.subject, '~') + 1) = ANY (:ownMembers)))`

const EVENTS = `SELECT id, source_id, key, kind, severity, scope, subject, started_earliest, started_latest, ended_earliest, ended_latest,
    duration_min_ms, duration_max_ms, detected_at, evidence, causes, flags,
    CASE WHEN EXISTS (SELECT FROM public.event p WHERE p.id = t.part_of AND ${EVENT_SEEN('p')}) THEN part_of END AS part_of,
    incident_id, detail, settings_version, updated_at
  FROM public.event t WHERE ${EVENT_SEEN('t')}`

/**
 * An incident is seen as far as its events are: what names another's part, or was computed from it, is computed again from those. Only
 * one that is seen whole has its note and what explains it.
 */
const INCIDENTS = `SELECT i.id, i.key,
    CASE WHEN s.root_seen OR s.whole THEN i.scope ELSE s.scope END AS scope,
    CASE WHEN s.root_seen OR s.whole THEN i.root ELSE s.root END AS root,
    CASE WHEN s.whole THEN i.former_roots ELSE '[]'::jsonb END AS former_roots,
    CASE WHEN s.whole THEN i.explained_by ELSE '[]'::jsonb END AS explained_by,
    CASE WHEN s.whole THEN i.severity ELSE s.severity END AS severity,
    CASE WHEN s.whole THEN i.started_earliest ELSE s.started_earliest END AS started_earliest,
    CASE WHEN s.whole THEN i.started_latest ELSE s.started_latest END AS started_latest,
    CASE WHEN s.whole THEN i.ended_earliest WHEN s.ended THEN s.ended_earliest END AS ended_earliest,
    CASE WHEN s.whole THEN i.ended_latest WHEN s.ended THEN s.ended_latest END AS ended_latest,
    i.opened_at, i.closed_at, i.acked_at, i.acked_by, CASE WHEN s.whole THEN i.ack_note END AS ack_note,
    i.snoozed_until, i.snoozed_at, i.snoozed_by, i.updated_at
  FROM public.incident i
  JOIN LATERAL (
    SELECT count(*) FILTER (WHERE NOT ${EVENT_SEEN('e')}) = 0 AS whole,
      bool_or(e.id = i.root) FILTER (WHERE ${EVENT_SEEN('e')}) AS root_seen,
      (array_agg(e.scope ORDER BY e.started_earliest, e.id) FILTER (WHERE ${EVENT_SEEN('e')}))[1] AS scope,
      (array_agg(e.id ORDER BY e.started_earliest, e.id) FILTER (WHERE ${EVENT_SEEN('e')}))[1] AS root,
      (array_agg(e.severity ORDER BY array_position(ARRAY[${severities.map((one) => `'${one}'`).join(', ')}], e.severity))
        FILTER (WHERE ${EVENT_SEEN('e')}))[1] AS severity,
      min(e.started_earliest) FILTER (WHERE ${EVENT_SEEN('e')}) AS started_earliest,
      min(e.started_latest) FILTER (WHERE ${EVENT_SEEN('e')}) AS started_latest,
      bool_and(e.ended_latest IS NOT NULL) FILTER (WHERE ${EVENT_SEEN('e')}) AS ended,
      max(e.ended_earliest) FILTER (WHERE ${EVENT_SEEN('e')}) AS ended_earliest,
      max(e.ended_latest) FILTER (WHERE ${EVENT_SEEN('e')}) AS ended_latest
    FROM public.event e WHERE e.incident_id = i.id
  ) s ON s.root IS NOT NULL`

/** Of an incident that is seen: its notes only where it is seen whole. */
const ASSIGNMENTS = `SELECT a.id, a.incident_id, a.assignee, a.assigned_by, a.assigned_at, CASE WHEN s.whole THEN a.note END AS note
  FROM public.incident_assignment a
  JOIN LATERAL (
    SELECT bool_or(${EVENT_SEEN('e')}) AS seen, bool_and(${EVENT_SEEN('e')}) AS whole
    FROM public.event e WHERE e.incident_id = a.incident_id
  ) s ON s.seen`

/** Of an incident that is seen, what was sent to channels of the reader's own scope. */
const SENT = `SELECT n.incident_id, n.channel_id, n.channel_name, n.audience, n.sent_by, n.sent_at, n.note, n.state, n.delivered_at
  FROM public.incident_sent n
  WHERE n.audience = :audience AND EXISTS (SELECT FROM public.event e WHERE e.incident_id = n.incident_id AND ${EVENT_SEEN('e')})`

/** Computed for this scope, from nothing that it no longer sees. */
const RUN_SEEN = `audience = :audience AND seen <@ (:everySeen) AND hidden @> (:foreignMembers)`

const ofRouterSession = (table: string, column: string) =>
  `SELECT * FROM public.${table} WHERE ${column} = ANY (:routerSessions)`

const RESOURCE_TIMES =
  'first_seen, listed_by, last_absent, first_present, last_present, closed_until, removed_after, missing_after, missing_by, kept_id, joined_to, joins, parts'

/** Nothing of it is anybody's in particular, or it is the deployment's own and no question of a scoped reader is about it. */
const wholly = (table: string) => `SELECT * FROM public.${table}`

/**
 * What a scoped reader sees of each table and view. One that stands not here is seen empty, so that a new table leaks nothing before
 * somebody decides about it.
 */
export const TABLES: Readonly<Record<string, string>> = wordTable({
  ...DECLARED_RULES,
  resource: `SELECT id, short_id, arm_key, arm_id, type, name, subscription_id, resource_group, location, ${configOf('id')}, ${RESOURCE_TIMES},
    '{}'::text[] AS identities
    FROM public.resource WHERE id = ANY (:resources) OR id = ANY (:shared)`,
  resource_alias: 'SELECT * FROM public.resource_alias WHERE resource_id = ANY (:resources)',
  resource_history: ofResource('resource_history', 'source_id, last_absent, first_present, last_present, first_absent'),
  resource_span: ofResource('resource_span', 'last_absent, first_present, last_present, first_absent'),
  source: 'SELECT * FROM public.source WHERE id = ANY (:anySources)',
  poll_schedule: ofAnySource('poll_schedule'),
  poll_state: ofAnySource('poll_state'),
  coverage: ofAnySource('coverage'),
  resource_lease: 'SELECT * FROM public.resource_lease WHERE resource = ANY (:armKeys)',
  session: ofSession('session', 'id'),
  session_interval: ofSession('session_interval', 'session_id'),
  session_span: ofSession('session_span', 'session_id'),
  session_prefixes: ofSession('session_prefixes', 'session_id'),
  session_prefixes_span: ofSession('session_prefixes_span', 'session_id'),
  ...ROUTES,
  // found by routes that are seen
  route_attributes: ofAnySource('route_attributes'),
  route_churn: ofWholeTable('route_churn'),
  route_churn_state: ofWholeTable('route_churn_state'),
  arp_entry: ofSource('arp_entry'),
  arp_interval: ofSource('arp_interval'),
  arp_span: ofSource('arp_span'),
  connection_state: ofSource('connection_state'),
  connection_interval: ofSource('connection_interval'),
  connection_span: ofSource('connection_span'),
  counter: ofSource('counter'),
  counter_sample: ofSource('counter_sample'),
  usage_series: `SELECT * FROM public.usage_series u WHERE source_id = ANY (:sources) AND NOT ${IS_FOREIGN_USAGE}`,
  usage_bucket: ofUsage('usage_bucket'),
  usage_gap: ofUsage('usage_gap'),
  metric_backfill: ofSource('metric_backfill'),
  metric_series: `SELECT * FROM public.metric_series m WHERE source_id = ANY (:sources) AND (source_id <> ALL (:partSources) OR NOT ${IS_FOREIGN_SERIES})`,
  metric_sample: `${ofSource('metric_sample')} AND (source_id <> ALL (:partSources) OR series_id NOT IN (
    SELECT id FROM public.metric_series m WHERE m.source_id = ANY (:partSources) AND ${IS_FOREIGN_SERIES}))`,
  // of a part of a resource, such as a hub's connection, the resource's entry
  activity_entry: `SELECT * FROM public.activity_entry
    WHERE (${partOf('arm_key', 9)} = ANY (:armKeys) OR ${partOf('arm_key', 11)} = ANY (:armKeys))
      AND ${partOf('arm_key', 11)} <> ALL (:othersChildren)`,
  detection_state: ofSource('detection_state'),
  detection_scope: 'SELECT * FROM public.detection_scope WHERE scope = ANY (:shortIds)',
  event: EVENTS,
  incident: INCIDENTS,
  incident_assignment: ASSIGNMENTS,
  incident_sent: SENT,
  detection_settings: wholly('detection_settings'),
  price_sheet: wholly('price_sheet'),
  price_check: wholly('price_check'),
  cost_traffic: 'SELECT * FROM public.cost_traffic WHERE circuit_id = ANY (:shortIds)',
  cost_decision: 'SELECT * FROM public.cost_decision WHERE circuit_id = ANY (:shortIds)',
  // one that is about several is seen by who sees them all
  cost_finding: `SELECT * FROM public.cost_finding WHERE resources <> '{}' AND resources <@ (:shortIds)`,
  // what is about the whole estate, or a shared resource, may name others
  note: 'SELECT * FROM public.note WHERE scope = ANY (:shortIds)',
  posture_exemption: 'SELECT * FROM public.posture_exemption WHERE scope = ANY (:shortIds)',
  azure_report: 'SELECT * FROM public.azure_report WHERE scope = ANY (:shortIds)',
  single_loss_run: `SELECT * FROM public.single_loss_run WHERE ${RUN_SEEN}`,
  outlook: `SELECT * FROM public.outlook WHERE ${RUN_SEEN}`,
  single_loss: `SELECT * FROM public.single_loss WHERE audience IN (SELECT audience FROM public.single_loss_run WHERE ${RUN_SEEN})`,
  // a router of several customers is seen with the reader's sessions alone
  router: 'SELECT * FROM public.router WHERE id = ANY (:routers)',
  router_connection: 'SELECT * FROM public.router_connection WHERE router_id = ANY (:routers)',
  router_session: ofRouterSession('router_session', 'id'),
  router_session_interval: ofRouterSession('router_session_interval', 'session_id'),
  router_log_line: ofRouterSession('router_log_line', 'session_id'),
  router_route: ofRouterSession('router_route', 'session_id'),
  router_route_interval: `SELECT * FROM public.router_route_interval i WHERE EXISTS (
    SELECT FROM public.router_route r WHERE r.id = i.route_id AND r.session_id = ANY (:routerSessions))`,
  router_route_attributes: 'SELECT * FROM public.router_route_attributes WHERE router_id = ANY (:routers)',
  double_loss_run: `SELECT * FROM public.double_loss_run WHERE ${RUN_SEEN}`,
  service_key_request: 'SELECT * FROM public.service_key_request WHERE circuit_id = ANY (:shortIds)',
})

/** Tables of which no scope sees a row. */
export const DEPLOYMENTS_OWN: readonly string[] = [
  '_prisma_migrations',
  'access_account',
  'access_attempt',
  'access_link',
  'access_passkey',
  'access_session',
  'access_token',
  'access_two_factor',
  'access_user',
  'access_verification',
  'alert_state',
  'alerting_proof',
  'audit_entry',
  'back_test',
  'calendar',
  'cost_review',
  'deployment',
  'escalation_policy',
  'inbound_request',
  'incident_impact',
  'incident_send',
  'job',
  'mailbox',
  'notification',
  'notify_channel',
  'on_call_rotation',
  'process_metrics',
  'report_run',
  'report_schedule',
  'saved_view',
  'slo_count',
  'snapshot',
  'unread_notice',
  'wall_screen',
  'work_lease',
  'write_probe',
]

/** The rule of a table for a reader; undefined = it is seen empty. */
export function ruleFor(table: string, { parts }: Pick<Visible, 'parts'>): string | undefined {
  return (parts.sources.length === 0 ? ROUTES_ALONE[table] : undefined) ?? TABLES[table]
}
