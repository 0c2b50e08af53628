import { wordTable } from '#lib/bgp/word-table.ts'

/** What a scope sees of what people declare and announce. What names nobody in particular is the deployment's own, and is not seen. */

/** Ids of a list that are seen, in its order. */
const seenOf = (list: string) =>
  `ARRAY(SELECT id FROM unnest(${list}) WITH ORDINALITY AS l (id, n) WHERE id = ANY (:anyScopes) ORDER BY n)`

/** The ids of a list of a JSON value. */
const listOf = (value: string, name: string) => `ARRAY(SELECT jsonb_array_elements_text(${value} -> '${name}'))`

const subscriptionIn = (text: string) => `lower(split_part(${text}, '/', 3))`

/** Of announced work: that about everything is about the reader too. */
const ANNOUNCED = `(value -> 'scopes' = '[]' OR value -> 'scopes' ?| :anyScopes)`

const DECLARED = `CASE kind
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

/** What is about others too is shown without its words, which may name them. */
const withoutWords = (words: string) => `(SELECT CASE WHEN to_jsonb(seen) = value -> 'scopes' THEN value
    ELSE value || ${words} || jsonb_build_object('scopes', seen) END
  FROM (SELECT ${seenOf(listOf('value', 'scopes'))} AS seen) AS s)`

const VALUE = `CASE kind
  WHEN 'maintenance' THEN ${withoutWords(`'{"title": "Maintenance", "note": ""}'`)}
  WHEN 'pauses' THEN ${withoutWords(`'{"why": "Paused"}'`)}
  WHEN 'customers' THEN value || jsonb_build_object('circuits', ARRAY(
    SELECT id FROM jsonb_array_elements_text(value -> 'circuits') WITH ORDINALITY AS l (id, n) WHERE id = ANY (:shortIds) ORDER BY n))
  ELSE value END`

const MARK_SEEN = `(mark ->> 'scope' IS NULL OR mark ->> 'scope' = ANY (:anyScopes))
  AND coalesce(mark #> '{before,circuits}', '[]') <@ to_jsonb(:shortIds) AND coalesce(mark #> '{to,circuits}', '[]') <@ to_jsonb(:shortIds)`

const WITHDRAWN = 'made_at, made_by, why, withdrawn_at, withdrawn_by, withdrawn_why'

export const DECLARED_RULES: Readonly<Record<string, string>> = wordTable({
  declaration: `SELECT kind, key, ${VALUE} AS value, since_version, until_version FROM public.declaration WHERE ${DECLARED}`,
  declaration_version: 'SELECT * FROM public.declaration_version',
  // a calendar's name and address are the deployment's; the title of a window may name others
  calendar_window: `SELECT calendar_id, CASE WHEN own THEN key ELSE '' END AS key, CASE WHEN own THEN title ELSE 'Maintenance' END AS title,
      from_at, to_at, seen AS scopes, paths, is_shown_only, recurring, impact, unlisted_at
    FROM public.calendar_window CROSS JOIN LATERAL (SELECT ${seenOf('scopes')} AS seen) AS s
    CROSS JOIN LATERAL (SELECT scopes <> '{}' AND seen = scopes AS own) AS o
    WHERE NOT is_shown_only AND (scopes = '{}' OR seen <> '{}')`,
  // of which all that is lost is seen, with those marks that name nothing else
  drill: `SELECT id, title, note, lose, change, from_at, to_at, within_seconds, scopes,
      (SELECT coalesce(jsonb_agg(mark ORDER BY n), '[]') FROM jsonb_array_elements(marks) WITH ORDINALITY AS l (mark, n) WHERE ${MARK_SEEN}) AS marks,
      announced_by, announced_at, cancelled_by, cancelled_at
    FROM public.drill WHERE scopes <@ (:shortIds)`,
  // for circuits that are seen, or for all where it names none. A share names another customer, and evidence the bills of all
  cost_override: `SELECT id, CASE jsonb_typeof(body -> 'circuitIds') WHEN 'array' THEN body || jsonb_build_object('circuitIds', ARRAY(
        SELECT id FROM jsonb_array_elements_text(body -> 'circuitIds') WITH ORDINALITY AS l (id, n) WHERE id = ANY (:shortIds) ORDER BY n))
      ELSE body - 'evidence' END AS body, ${WITHDRAWN}
    FROM public.cost_override
    WHERE body ->> 'kind' IS DISTINCT FROM 'share' AND (body -> 'circuitIds' = 'null' OR body -> 'circuitIds' ?| :shortIds)`,
  // where all that it is for is seen
  cost_budget: `SELECT * FROM public.cost_budget WHERE CASE jsonb_typeof(body #> '{for,circuitIds}')
    WHEN 'array' THEN body #> '{for,circuitIds}' <@ to_jsonb(:shortIds)
    ELSE lower(body #>> '{for,customer}') = ANY (:subscriptions || :customers) END`,
  cost_billed: 'SELECT * FROM public.cost_billed WHERE resource_key = ANY (:armKeys)',
  cost_bill_read: 'SELECT * FROM public.cost_bill_read WHERE subscription_id = ANY (:subscriptions)',
  // the size of a GB applies to everybody; its sums are of the whole estate
  cost_calibration:
    'SELECT at, gb_bytes, NULL::numeric AS measured_bytes, NULL::numeric AS billed_gb FROM public.cost_calibration',
})
