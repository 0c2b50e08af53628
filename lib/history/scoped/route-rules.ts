import type { SelectStatement } from '../types/tables.ts'

/**
 * SQL rules for route tables that contain rows of several owners. These are tables of gateways and hubs to which
 * resources of other owners are connected, and tables to which these gateways and hubs relay routes. A carrier is a
 * neighbor from which routes are learned: a circuit, a connection, an appliance or a device. A row is visible if it
 * came from a carrier of the user. If the row does not name its carrier, its prefix decides: the row is visible if a
 * carrier of the user announced the prefix into the same network or Virtual WAN, and no carrier of others did.
 */

/**
 * SQL condition: a row `f` came from a carrier `c` (a neighbor), now or in the past. It came directly, or the other
 * gateway instance relayed it with the carrier as next hop.
 */
const CAME_BY = `(c.peer IN ('', lower(f.peer)) OR EXISTS (
  SELECT FROM public.route_attributes a, jsonb_array_elements(a.attributes) AS hop
  WHERE a.source_id = f.source_id AND lower(hop ->> 'nextHop') = c.peer AND a.id IN (SELECT f.attributes_id
    UNION ALL SELECT p.attributes_id FROM public.route_interval p WHERE (p.source_id, p.route_id) = (f.source_id, f.id))))`

/**
 * Returns an SQL condition: a carrier of the user (`own`) or of others ever announced the prefix of a row `t` into the
 * network to which the row's table belongs (ADR 0152).
 */
const brought = (by: 'own' | 'others') => `EXISTS (
  SELECT FROM unnest(:provenTables, :provenCompanies) AS w (source_id, company)
  JOIN unnest(:${by}Carriers, :${by}Peers, :${by}Companies) AS c (source_id, peer, company) ON c.company = w.company
  JOIN public.route f ON f.source_id = c.source_id AND f.prefix = t.prefix AND ${CAME_BY}
  WHERE w.source_id = t.source_id)`

const IS_OWN = '(t.source_id, lower(t.peer)) IN (SELECT * FROM unnest(:ownCarriers, :ownPeers))'

/** SQL condition: the row is the address space of the gateway's own network, which the gateway learned from itself. */
const IS_OWN_SPACE = `(t.kind = 'learned' AND t.peer = t.instance AND t.source_id = ANY (:sources))`

/**
 * SQL of routes for a user whose tables contain no rows of others. It omits the rules for tables with several owners,
 * because planning them takes longer than most queries.
 */
export const ALL_ROUTES_SELECT: SelectStatement = 'SELECT * FROM public.route t WHERE source_id = ANY (:anySources)'

/**
 * SQL of the visible routes if some tables have several owners. If a row does not name its owner, its prefix decides.
 * Rows of the user's network interfaces are hidden only if others announced the prefix and the user did not. Rows of
 * the user's appliances are hidden if others announced the prefix, because an appliance also receives the routes of its
 * neighbors.
 */
export const VISIBLE_ROUTES_SELECT: SelectStatement = `${ALL_ROUTES_SELECT} AND (source_id <> ALL (:partSources) OR ${IS_OWN} OR ${IS_OWN_SPACE} OR CASE
  WHEN source_id <> ALL (:provenTables) THEN false
  WHEN source_id = ANY (:interfaces) THEN ${brought('own')} OR NOT ${brought('others')}
  WHEN source_id = ANY (:appliances) THEN NOT ${brought('others')}
  ELSE ${brought('own')} AND NOT ${brought('others')} END)`

export const selectRowsOfAnySource = (table: string): SelectStatement =>
  `SELECT * FROM public.${table} WHERE source_id = ANY (:anySources)`

/**
 * Returns SQL of rows that belong to visible routes. The condition is EXISTS, because the planner can then look up the
 * routes of a few rows; with IN it would read all routes first.
 */
export const selectRowsOfVisibleRoutes = (
  table: string,
): SelectStatement => `SELECT * FROM public.${table} i WHERE source_id = ANY (:anySources)
  AND (source_id <> ALL (:partSources) OR EXISTS (SELECT FROM (${VISIBLE_ROUTES_SELECT}) AS seen WHERE seen.id = i.route_id))`
