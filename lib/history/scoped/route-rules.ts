import type { Select } from '../types/tables.ts'

/**
 * What a scope sees of tables of routes in which rows of several owners stand: of gateways and hubs on which others land, and of what these pass
 * routes on to. A row is seen where what it came by is the reader's: a neighbor that is his circuit, a connection, an appliance or a device of his.
 * Elsewhere the prefix is the proof: what is his brings it to the same network or Virtual WAN, and nothing of others does.
 */

/** By a carrier a row `f` came, or an instance passes on what the other one learned from it, with it as the next hop, now or in the past. */
const CAME_BY = `(c.peer IN ('', lower(f.peer)) OR EXISTS (
  SELECT FROM public.route_attributes a, jsonb_array_elements(a.attributes) AS hop
  WHERE a.source_id = f.source_id AND lower(hop ->> 'nextHop') = c.peer AND a.id IN (SELECT f.attributes_id
    UNION ALL SELECT p.attributes_id FROM public.route_interval p WHERE (p.source_id, p.route_id) = (f.source_id, f.id))))`

/** Whether something of the reader, or of others, ever brought the prefix of a row `t` to where its table stands (ADR 0152). */
const brought = (by: 'own' | 'others') => `EXISTS (
  SELECT FROM unnest(:provenTables, :provenCompanies) AS w (source_id, company)
  JOIN unnest(:${by}Carriers, :${by}Peers, :${by}Companies) AS c (source_id, peer, company) ON c.company = w.company
  JOIN public.route f ON f.source_id = c.source_id AND f.prefix = t.prefix AND ${CAME_BY}
  WHERE w.source_id = t.source_id)`

const IS_OWN = '(t.source_id, lower(t.peer)) IN (SELECT * FROM unnest(:ownCarriers, :ownPeers))'

/** The space of a gateway's own network stands there as learned from itself. */
const IS_OWN_SPACE = `(t.kind = 'learned' AND t.peer = t.instance AND t.source_id = ANY (:sources))`

/** Of a reader whose tables are nobody else's: planning what stands above takes longer than most questions do. */
export const ALL_ROUTES: Select = 'SELECT * FROM public.route t WHERE source_id = ANY (:anySources)'

/** An interface's rows name no path; appliances are announced what stands around them. Both are the reader's own. */
export const ROUTES_IN_PART: Select = `${ALL_ROUTES} AND (source_id <> ALL (:partSources) OR ${IS_OWN} OR ${IS_OWN_SPACE} OR CASE
  WHEN source_id <> ALL (:provenTables) THEN false
  WHEN source_id = ANY (:interfaces) THEN ${brought('own')} OR NOT ${brought('others')}
  WHEN source_id = ANY (:appliances) THEN NOT ${brought('others')}
  ELSE ${brought('own')} AND NOT ${brought('others')} END)`

export const ofAnySource = (table: string): Select =>
  `SELECT * FROM public.${table} WHERE source_id = ANY (:anySources)`

/** As EXISTS the planner may find the routes of a few rows one by one; with IN it would read all routes first. */
export const ofRoute = (table: string): Select => `SELECT * FROM public.${table} i WHERE source_id = ANY (:anySources)
  AND (source_id <> ALL (:partSources) OR EXISTS (SELECT FROM (${ROUTES_IN_PART}) AS seen WHERE seen.id = i.route_id))`
