/**
 * What a scope sees of tables that are given what every gateway around them brings: effective routes of network interfaces, what appliances
 * are sent, and the tables of gateways in the network of one on which circuits of others land, to which a Route Server passes that on.
 */

const pairs = (name: string) => `(SELECT * FROM unnest(:${name}Sources, :${name}Neighbors))`

/** Ids of all attributes that a row `f` of `route` has or had. */
const attributesOf = (f: string) => `(SELECT ${f}.attributes_id
  UNION ALL SELECT p.attributes_id FROM public.route_interval p WHERE (p.source_id, p.route_id) = (${f}.source_id, ${f}.id))`

/** Whether an instance passed a row `f` of `route` on that another one had learned from one of some neighbors: its next hop. */
const isPassedOn = (f: string, name: string) => `(${f}.source_id = ANY (:${name}Sources) AND EXISTS (
    SELECT FROM public.route_attributes a, jsonb_array_elements(a.attributes) AS hop
    WHERE a.source_id = ${f}.source_id AND a.id IN ${attributesOf(f)} AND (a.source_id, hop ->> 'nextHop') IN ${pairs(name)}))`

/** Whether something of others ever brought the prefix of a row `t`: a circuit, or a connection to a hub. */
const othersBring = (t: string) => `EXISTS (SELECT FROM public.route f WHERE f.prefix = ${t}.prefix
  AND f.source_id = ANY (:othersAroundSources || :othersInbound)
  AND (f.source_id = ANY (:othersInbound) OR (f.source_id, f.peer) IN ${pairs('othersAround')} OR ${isPassedOn('f', 'othersAround')}))`

/** The same of the reader, whose devices on premises and appliances count as well. */
const ownBring = (t: string) => `EXISTS (SELECT FROM public.route f WHERE f.prefix = ${t}.prefix
  AND f.source_id = ANY (:ownAroundSources || :ownInbound || :besideTables || :interfaceTables)
  AND (f.source_id = ANY (:ownInbound) OR (f.source_id, f.peer) IN ${pairs('ownAround')} OR ${isOfDevice('f')}
    OR (f.source_id = ANY (:interfaceTables) AND f.kind = 'learned') OR ${isPassedOn('f', 'ownAround')}))`

/** Whether a gateway beside a common one learned a row from a device of its own: it is seen whoever else brings it. */
const isOfDevice = (t: string) => `(${t}.kind = 'learned' AND (${t}.source_id, ${t}.peer) IN ${pairs('besideDevice')})`

/** AS path of an element of attributes that came over ExpressRoute. Microsoft's edge routers are AS 12076. */
const isOverExpressRoute = (hop: string) => `(${hop} -> 'asPath') @> '12076'`

/**
 * Whether a row of such a table is seen: what others bring, and at a gateway whatever came over ExpressRoute, only where something of the
 * reader's brings it, too. What an appliance itself announces is its own.
 */
export const isSeenAround = (t: string) => `(
  CASE WHEN ${t}.source_id = ANY (:interfaceTables) THEN ${t}.kind = 'learned'
    WHEN ${t}.source_id = ANY (:besideTables) THEN ${isOfDevice(t)} ELSE true END
  OR ${ownBring(t)}
  OR NOT (${othersBring(t)} OR (${t}.source_id = ANY (:besideTables) AND EXISTS (
    SELECT FROM public.route_attributes a, jsonb_array_elements(a.attributes) AS hop
    WHERE a.source_id = ${t}.source_id AND a.id IN ${attributesOf(t)} AND ${isOverExpressRoute('hop')}))))`

/** The AS path of an element of attributes, without what the gateway itself puts before it when it announces. */
const receivedPath = (hop: string) =>
  `(CASE WHEN ${hop} #> '{asPath,0}' = '65515' THEN (${hop} -> 'asPath') - 0 ELSE ${hop} -> 'asPath' END)`

/** The same of the text of a path with sets or confederations. */
const receivedText = (hop: string) => `regexp_replace(${hop} ->> 'asPathText', '^65515( |$)', '')`

/** Whether a neighbor of the reader's brought the prefix by the AS path of an element of attributes. */
const isByOwnPath = (t: string, hop: string) => `EXISTS (
  SELECT FROM public.route f
  JOIN public.route_attributes o ON o.source_id = f.source_id AND o.id IN ${attributesOf('f')}
  CROSS JOIN jsonb_array_elements(o.attributes) AS known
  WHERE f.source_id = ANY (:ownAroundSources) AND f.prefix = ${t}.prefix AND (known -> 'asPath') = ${receivedPath(hop)} AND (known ->> 'asPathText') IS NOT DISTINCT FROM ${receivedText(hop)}
    AND ((f.source_id, f.peer) IN ${pairs('ownAround')} OR (f.source_id, known ->> 'nextHop') IN ${pairs('ownAround')}))`

/** Whether what a row of a gateway had for a time is the reader's: of a prefix that others bring, too, it may be their path. */
export const isOwnStateAround = (
  t: string,
  attributesId: string,
) => `(${t}.source_id <> ALL (:besideTables) OR ${isOfDevice(t)} OR NOT EXISTS (
    SELECT FROM public.route_attributes a, jsonb_array_elements(a.attributes) AS hop
    WHERE (a.source_id, a.id) = (${t}.source_id, ${attributesId}) AND ${isOverExpressRoute('hop')} AND NOT ${isByOwnPath(t, 'hop')}))`
