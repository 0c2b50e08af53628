/**
 * What a scope sees of the route tables of Virtual WAN hubs on which connections of others land. A row of such a table names the gateway that
 * a route came by and not the connection, so that what each connection brings (its inbound routes) decides whose a prefix is.
 */

/** Whether a connection of the reader, or of others, ever brought the prefix of a row of `route` to hubs of the same Virtual WAN. */
const brought = (t: string, by: 'own' | 'others', more = '') => `EXISTS (
  SELECT FROM unnest(:hubTables, :hubTableWans) AS w (source_id, wan)
  JOIN unnest(:${by}Inbound, :${by}InboundWans) AS x (source_id, wan) ON x.wan = w.wan
  JOIN public.route f ON f.source_id = x.source_id AND f.prefix = ${t}.prefix
  ${more ? `WHERE w.source_id = ${t}.source_id AND ${more}` : `WHERE w.source_id = ${t}.source_id`})`

const carrierIn = (t: string, list: 'unsure' | 'own' | 'others') =>
  `(${t}.source_id, lower(${t}.peer)) IN (SELECT * FROM unnest(:${list}CarrierTables, :${list}Carriers))`

/** Whether a table of such a hub has the prefix from a network or an appliance of others. */
const comesFromOthers = (t: string) => `EXISTS (
  SELECT FROM unnest(:hubTables, :hubTableWans) AS w (source_id, wan)
  JOIN unnest(:hubTables, :hubTableWans) AS v (source_id, wan) ON v.wan = w.wan
  JOIN unnest(:othersCarrierTables, :othersCarriers) AS c (source_id, carrier) ON c.source_id = v.source_id
  JOIN public.route f ON f.source_id = c.source_id AND lower(f.peer) = c.carrier AND f.prefix = ${t}.prefix
  WHERE w.source_id = ${t}.source_id)`

/**
 * Whether a row `t` of `route` is seen at all. What came by a gateway with connections of others, or by another hub with such ones, is seen
 * where a connection of the reader brings it; what came by anything else is the hub's owner's, but for networks and appliances of others.
 * What is announced to an appliance leaves out what others alone bring.
 */
export const isSeenOfHub = (t: string) => `(${t}.source_id <> ALL (:hubTables) OR CASE ${t}.kind
  WHEN 'tables' THEN CASE
    WHEN ${carrierIn(t, 'unsure')} THEN ${brought(t, 'own')}
    WHEN ${t}.source_id = ANY (:sharedTables) THEN ${carrierIn(t, 'own')}
    ELSE NOT ${carrierIn(t, 'others')} END
  WHEN 'advertised' THEN ${brought(t, 'own')} OR NOT (${brought(t, 'others')} OR ${comesFromOthers(t)})
  ELSE true END)`

/** Whether a set of attributes has no AS path but those by which connections of the reader brought the prefix. */
const isOwnPath = (t: string, attributesId: string) => `NOT EXISTS (
  SELECT FROM public.route_attributes a, jsonb_array_elements(a.attributes) AS hop
  WHERE (a.source_id, a.id) = (${t}.source_id, ${attributesId}) AND NOT ${brought(
    t,
    'own',
    `EXISTS (
      SELECT FROM public.route_attributes o, jsonb_array_elements(o.attributes) AS known
      WHERE o.source_id = f.source_id AND known -> 'asPath' = hop -> 'asPath' AND known -> 'asPathText' IS NOT DISTINCT FROM hop -> 'asPathText' AND (o.id = f.attributes_id OR EXISTS (
        SELECT FROM public.route_interval p WHERE (p.source_id, p.route_id, p.attributes_id) = (f.source_id, f.id, o.id))))`,
  )})`

/**
 * Whether what a row `t` of `route` had for a time, by the id of its attributes, is the reader's: of a prefix that others bring, too, the
 * hub may forward by their path.
 */
export const isOwnStateOfHub = (
  t: string,
  attributesId: string,
) => `(${t}.source_id <> ALL (:hubTables) OR CASE ${t}.kind
  WHEN 'tables' THEN NOT ${carrierIn(t, 'unsure')} OR NOT ${brought(t, 'others')} OR ${isOwnPath(t, attributesId)}
  WHEN 'advertised' THEN NOT ${brought(t, 'others')} OR ${isOwnPath(t, attributesId)}
  ELSE true END)`
