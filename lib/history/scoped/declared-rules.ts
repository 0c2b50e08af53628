/**
 * SQL rules that decide which declarations and announcements a scope (the part of the estate that a user may see) may
 * see. Items that name no resource or customer belong to the whole deployment and are hidden, except announced work
 * that concerns everything and the names of customer tags.
 */

/** Returns SQL of those IDs of a list that are visible, in the order of the list. */
export const selectVisibleIds = (list: string) =>
  `ARRAY(SELECT id FROM unnest(${list}) WITH ORDINALITY AS l (id, n) WHERE id = ANY (:anyScopes) ORDER BY n)`

/** Returns SQL of the IDs in a list that is a member of a JSON value. */
const listOf = (value: string, name: string) => `ARRAY(SELECT jsonb_array_elements_text(${value} -> '${name}'))`

const subscriptionIn = (text: string) => `lower(split_part(${text}, '/', 3))`

/** SQL condition: announced work names a visible resource, or names no resource because it concerns everything. */
const ANNOUNCED = `(value -> 'scopes' = '[]' OR value -> 'scopes' ?| :anyScopes)`

export const IS_VISIBLE_DECLARATION = `CASE kind
  WHEN 'sites' THEN value ->> 'home' = ANY (:shortIds)
  WHEN 'mappings' THEN value ->> 'circuit' = ANY (:shortIds) AND value ->> 'gateway' = ANY (:anyScopes)
  WHEN 'routerNeighbors' THEN value ->> 'circuit' = ANY (:shortIds)
  WHEN 'circuits' THEN value ->> 'circuit' = ANY (:shortIds)
  WHEN 'cards' THEN value ->> 'scope' = ANY (:shortIds)
  WHEN 'policies' THEN value -> 'circuits' <@ to_jsonb(:shortIds)
  WHEN 'maintenance' THEN ${ANNOUNCED}
  WHEN 'pauses' THEN ${ANNOUNCED}
  WHEN 'exclusions' THEN ${subscriptionIn("value ->> 'match'")} = ANY (:subscriptions)
  WHEN 'interfaces' THEN ${subscriptionIn("value ->> 'interface'")} = ANY (:subscriptions)
  WHEN 'customers' THEN lower(value ->> 'name') = ANY (:customers)
  WHEN 'customerTags' THEN true
  ELSE false END`

/**
 * Returns SQL of a maintenance window or pause that names only visible resources. If it also concerns hidden ones, its
 * texts are replaced, because they may name them.
 * @param words SQL of a JSON object with the replacement texts
 */
const formatWithout = (words: string) => `(SELECT CASE WHEN to_jsonb(seen) = value -> 'scopes' THEN value
    ELSE value || ${words} || jsonb_build_object('scopes', seen) END
  FROM (SELECT ${selectVisibleIds(listOf('value', 'scopes'))} AS seen) AS s)`

export const VISIBLE_DECLARATION_VALUE = `CASE kind
  WHEN 'maintenance' THEN ${formatWithout(`'{"title": "Maintenance", "note": ""}'`)}
  WHEN 'pauses' THEN ${formatWithout(`'{"why": "Paused"}'`)}
  WHEN 'customers' THEN value || jsonb_build_object('circuits', ARRAY(
    SELECT id FROM jsonb_array_elements_text(value -> 'circuits') WITH ORDINALITY AS l (id, n) WHERE id = ANY (:shortIds) ORDER BY n))
  ELSE value END`
