import { severities } from '#lib/contract/index.ts'
import type { SelectStatement } from '../types/tables.ts'
import type { RowsVisibleInAccessScope } from './visible-rows.ts'

/** A value of {@link RowsVisibleInAccessScope} that a condition uses, with its SQL type. */
interface Bound {
  type: string
  value: (visible: RowsVisibleInAccessScope) => unknown
}

/**
 * Returns the names of everything that is visible. A cached result for these names may be shown to another user, if
 * this user can see all of them.
 */
export const listVisibleNames = (
  v: Pick<RowsVisibleInAccessScope, 'shortIds' | 'sharedShortIds' | 'ownMembers'>,
): string[] => [...v.shortIds, ...v.sharedShortIds, ...v.ownMembers]

/** Values of {@link RowsVisibleInAccessScope} that SQL conditions use as parameters `:name`. */
export const ACCESS_SCOPE_PARAMETERS = {
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
  ownChildren: { type: 'text[]', value: (v) => v.ownChildren },
  naming: { type: 'int[]', value: (v) => v.naming },
  routerSessions: { type: 'int[]', value: (v) => v.routerSessions },
  routers: { type: 'int[]', value: (v) => v.routers },
  anyScopes: { type: 'text[]', value: (v) => [...v.shortIds, ...v.sharedShortIds, ...v.subscriptions] },
  subscriptions: { type: 'text[]', value: (v) => v.subscriptions },
  customers: { type: 'text[]', value: (v) => v.customers.map((name) => name.toLowerCase()) },
  audience: { type: 'text', value: (v) => v.audience },
  everySeen: { type: 'text[]', value: listVisibleNames },
} as const satisfies Record<string, Bound>

export const selectRowsOfSource = (table: string): SelectStatement =>
  `SELECT * FROM public.${table} WHERE source_id = ANY (:sources)`

/** Returns SQL of the visible rows of a table whose `column` refers to a session. */
export const selectRowsOfSessions = (table: string, column: string): SelectStatement =>
  `SELECT * FROM public.${table} WHERE source_id = ANY (:anySources)
     AND ((source_id = ANY (:sources) AND ${column} <> ALL (:hiddenSessions)) OR ${column} = ANY (:shownSessions))`

/**
 * SQL condition: the metric series `m` belongs to others. Azure Monitor names a neighbor by its address, and a hub's
 * connection by its name or ID.
 */
export const IS_SERIES_OF_OTHERS = `EXISTS (
  SELECT FROM jsonb_each_text(m.dimensions) AS d
  JOIN unnest(:othersCarriers, :othersPeers) AS x (source_id, peer) ON x.source_id = m.source_id
  WHERE lower(regexp_replace(d.value, '^.*/', '')) = x.peer)`

/**
 * SQL condition: the usage series `u` belongs to others. The bytes of a hub's connection are stored under the name of
 * the connection.
 */
export const IS_USAGE_OF_OTHERS = `(u.source_id, u.path) IN (
  SELECT x.source_id, 'connection/' || x.peer FROM unnest(:othersCarriers, :othersPeers) AS x (source_id, peer))`
export const selectRowsOfUsageSeries = (
  table: string,
): SelectStatement => `${selectRowsOfSource(table)} AND (source_id <> ALL (:partSources) OR series_id NOT IN (
    SELECT id FROM public.usage_series u WHERE ${IS_USAGE_OF_OTHERS}))`

/**
 * Returns SQL of a table's rows for sources that are completely visible. It is for tables of counts, which do not
 * contain an owner. For a source with several owners, the visible intervals are counted instead.
 */
export const selectRowsOfWholeSources = (table: string): SelectStatement =>
  `${selectRowsOfSource(table)} AND source_id <> ALL (:partSources)`

/** Returns SQL of the first segments of a resource's key: 9 segments name a resource, 11 a part of it. */
export const selectKeyPart = (key: string, segments: number) =>
  `array_to_string((string_to_array(${key}, '/'))[1:${segments}], '/')`

/** SQL of the ID of the element `part` of a list, which is an ID or an object with an ID. */
const PART_ID = "lower(coalesce(part ->> 'id', part #>> '{}'))"
/** Returns SQL of a list with the elements (`part`) that meet a condition. */
const filterList = (list: string, condition: string) => `(
  SELECT coalesce(jsonb_agg(part ORDER BY n), '[]') FROM jsonb_array_elements(${list}) WITH ORDINALITY AS l (part, n)
  WHERE ${condition})`

/**
 * Returns SQL of a list in the configuration of a hub or its gateway, without the elements of other owners. Elements
 * are IDs, or objects with an ID or a name.
 */
const withoutOthersIn = (list: string) =>
  filterList(
    list,
    `NOT EXISTS (
    SELECT FROM unnest(:othersChildren) AS c WHERE c = ${PART_ID}
      OR (part ->> 'id' IS NULL AND substring(c FROM '[^/]*$') = lower(part ->> 'name')))`,
  )
/** Returns SQL of a list of IDs with only the caller's elements. Elements that the inventory does not list are left out. */
const onlyOwnIn = (list: string) => filterList(list, `${PART_ID} = ANY (:ownChildren)`)
const withoutOthersInLists = (object: string) => `(
  SELECT jsonb_object_agg(key, CASE jsonb_typeof(value) WHEN 'array' THEN ${withoutOthersIn('value')} ELSE value END) FROM jsonb_each(${object}))`

/**
 * SQL of a visible configuration.
 * - A shared gateway, hub or route table of a hub belongs to another owner. Its configuration is limited to its kind and
 *   the user's connections, without its size or the names of resources around it.
 * - A mixed gateway or hub belongs to the user, but has connections of others. Its configuration contains everything
 *   except those connections.
 */
const CONFIG = `CASE
  WHEN :id = ANY (:shared) AND config IS NOT NULL THEN jsonb_build_object(
    'properties', jsonb_build_object('gatewayType', config #> '{properties,gatewayType}', 'vpnType', config #> '{properties,vpnType}',
      'provisioningState', config #> '{properties,provisioningState}', 'virtualHub', config #> '{properties,virtualHub}',
      'virtualWan', CASE jsonb_typeof(config #> '{properties,virtualWan}') WHEN 'object' THEN '{}'::jsonb END,
      'expressRouteConnections', CASE jsonb_typeof(config #> '{properties,expressRouteConnections}')
        WHEN 'array' THEN ${withoutOthersIn("config #> '{properties,expressRouteConnections}'")} END,
      'associatedConnections', CASE jsonb_typeof(config #> '{properties,associatedConnections}')
        WHEN 'array' THEN ${onlyOwnIn("config #> '{properties,associatedConnections}'")} END,
      'propagatingConnections', CASE jsonb_typeof(config #> '{properties,propagatingConnections}')
        WHEN 'array' THEN ${onlyOwnIn("config #> '{properties,propagatingConnections}'")} END))
  WHEN :id = ANY (:naming) AND jsonb_typeof(config -> 'properties') = 'object'
    THEN ${withoutOthersInLists('config')} || jsonb_build_object('properties', ${withoutOthersInLists("config -> 'properties'")})
  ELSE config END AS config`
export const selectVisibleConfig = (column: string) => CONFIG.replaceAll(':id', column)

export const selectRowsOfResources = (table: string, columns: string): SelectStatement =>
  `SELECT resource_id, ${selectVisibleConfig('resource_id')}, ${columns} FROM public.${table}
   WHERE resource_id = ANY (:resources) OR resource_id = ANY (:shared)`

/**
 * Returns an SQL condition: the user may see the event. An event of a gateway that names a neighbor belongs to the
 * circuit of that neighbor.
 */
export const createEventVisibleCondition = (e: string) => `(
  (${e}.scope = ANY (:shortIds) AND ${e}.scope || ' ' || substr(${e}.subject, strpos(${e}.subject, '~') + 1) <> ALL (:foreignMembers))
  OR (${e}.scope = ANY (:sharedShortIds) AND ${e}.scope || ' ' || substr(${e}.subject, strpos(${e}.subject, '~') + 1) = ANY (:ownMembers)))`

export const VISIBLE_EVENTS_SELECT: SelectStatement = `SELECT id, source_id, key, kind, severity, scope, subject, started_earliest, started_latest, ended_earliest, ended_latest,
    duration_min_ms, duration_max_ms, detected_at, evidence, causes, flags,
    CASE WHEN EXISTS (SELECT FROM public.event p WHERE p.id = t.part_of AND ${createEventVisibleCondition('p')}) THEN part_of END AS part_of,
    incident_id, detail, settings_version, updated_at
  FROM public.event t WHERE ${createEventVisibleCondition('t')}`

/**
 * SQL of visible incidents. If some events of an incident are hidden, its derived fields are computed again from the
 * visible events. The note and the explanation are returned only if all events are visible.
 */
export const VISIBLE_INCIDENTS_SELECT: SelectStatement = `SELECT i.id, i.key,
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
    SELECT count(*) FILTER (WHERE NOT ${createEventVisibleCondition('e')}) = 0 AS whole,
      bool_or(e.id = i.root) FILTER (WHERE ${createEventVisibleCondition('e')}) AS root_seen,
      (array_agg(e.scope ORDER BY e.started_earliest, e.id) FILTER (WHERE ${createEventVisibleCondition('e')}))[1] AS scope,
      (array_agg(e.id ORDER BY e.started_earliest, e.id) FILTER (WHERE ${createEventVisibleCondition('e')}))[1] AS root,
      (array_agg(e.severity ORDER BY array_position(ARRAY[${severities.map((one) => `'${one}'`).join(', ')}], e.severity))
        FILTER (WHERE ${createEventVisibleCondition('e')}))[1] AS severity,
      min(e.started_earliest) FILTER (WHERE ${createEventVisibleCondition('e')}) AS started_earliest,
      min(e.started_latest) FILTER (WHERE ${createEventVisibleCondition('e')}) AS started_latest,
      bool_and(e.ended_latest IS NOT NULL) FILTER (WHERE ${createEventVisibleCondition('e')}) AS ended,
      max(e.ended_earliest) FILTER (WHERE ${createEventVisibleCondition('e')}) AS ended_earliest,
      max(e.ended_latest) FILTER (WHERE ${createEventVisibleCondition('e')}) AS ended_latest
    FROM public.event e WHERE e.incident_id = i.id
  ) s ON s.root IS NOT NULL`

export const RESOURCE_TIME_COLUMNS =
  'first_seen, listed_by, last_absent, first_present, last_present, closed_until, removed_after, missing_after, missing_by, kept_id, joined_to, joins, parts'

/**
 * Returns SQL of all rows of a table. It is for tables whose rows have no particular owner, and for tables of the
 * deployment that no query of a limited user reads.
 */
export const selectWholeTable = (table: string): SelectStatement => `SELECT * FROM public.${table}`
