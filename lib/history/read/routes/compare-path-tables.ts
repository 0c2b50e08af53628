import { type AsPath, GATEWAY_ASN, MICROSOFT_ASN, MSEE_ASN } from '#lib/bgp/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { canonicalizeDatabasePrefix } from '../../record/routes/route-table.ts'
import { selectTextPathLength } from './path-length.ts'

/**
 * Route table of one path of a circuit: the circuit's short ID, and the subresource that names the peering and path.
 */
interface PathTable {
  scope: string
  subresource: string
}

/** Current differences between two sides `a` and `b`. Each side is a set of path tables. */
interface PathTableComparison {
  shared: number
  /** number of prefixes that both sides have, with AS paths of different length */
  unequal: number
  onlyA: number
  onlyB: number
  /** the first differing prefixes, ordered by address; a null AS path = this side does not have the prefix */
  differences: { prefix: string; a: AsPath | null; b: AsPath | null }[]
}

/**
 * SQL of the shortest AS path that customers' routers announced to each side, by prefix. `$3` is Microsoft's ASN, which
 * is removed from the start of the path. Routes whose remaining path begins with an ASN in `$4` (announced by Azure)
 * are ignored. Routes whose path contains an ASN in `$6` are ignored too, because a customer announces a prefix of
 * Azure back. `$5` contains the compared ranges; empty = all. Sets of attributes are few compared with routes, so they
 * are read first.
 */
const SHORTEST = `
  paths AS MATERIALIZED (
    SELECT a.source_id, a.id, announced.path, announced.text, announced.length
    FROM (SELECT DISTINCT r.source_id, r.attributes_id FROM route r
          WHERE r.kind = 'tables' AND r.source_id IN (SELECT source_id FROM sides)) used
    CROSS JOIN LATERAL (
      SELECT * FROM route_attributes WHERE source_id = used.source_id AND id = used.attributes_id OFFSET 0) a
    CROSS JOIN LATERAL (
      SELECT path, text, coalesce(${selectTextPathLength('text')}, cardinality(path)) AS length
      FROM jsonb_array_elements(a.attributes) AS member
      CROSS JOIN LATERAL (SELECT regexp_replace(member ->> 'asPathText', '^(' || $3::bigint || '( |$))+', '') AS text) structure
      CROSS JOIN LATERAL (
        SELECT array_agg(asn ORDER BY n) AS path FROM (
          SELECT asn::bigint AS asn, n, bool_or(asn::bigint <> $3) OVER (ORDER BY n) AS counts
          FROM jsonb_array_elements_text(member -> 'asPath') WITH ORDINALITY AS hop (asn, n)) hops
        WHERE counts) stripped
      WHERE path IS NOT NULL AND path[1] <> ALL ($4::bigint[]) AND NOT path && $6::bigint[]
      ORDER BY length LIMIT 1) announced
  ), best AS (
    SELECT DISTINCT ON (sides.side, r.prefix) sides.side, r.prefix, paths.path, paths.text, paths.length
    FROM sides JOIN route r ON r.source_id = sides.source_id AND r.kind = 'tables'
    JOIN paths ON paths.source_id = r.source_id AND paths.id = r.attributes_id
    WHERE cardinality($5::inet[]) = 0 OR r.prefix <<= ANY ($5::inet[])
    ORDER BY sides.side, r.prefix, paths.length
  )`

/**
 * Returns SQL of a side's path as JSON with `asPath` and `asPathText`; null if the side does not have the prefix.
 */
const pathOf = (side: string) => `CASE WHEN ${side}.path IS NOT NULL THEN
  jsonb_strip_nulls(jsonb_build_object('asPath', ${side}.path, 'asPathText', ${side}.text)) END`

/**
 * Compares the current path tables of two sides, in the caller's transaction. Only the differences are fetched from the
 * database.
 * @param query.within compared ranges; empty = all
 * @param query.most maximum number of differences
 * @returns null unless every table has been read
 */
export async function comparePathTables(
  db: SqlExecutor,
  query: { a: readonly PathTable[]; b: readonly PathTable[]; within: readonly string[]; most: number },
): Promise<PathTableComparison | null> {
  const { a, b, within, most } = query
  const tables = [...a.map((table) => ({ side: 'a', ...table })), ...b.map((table) => ({ side: 'b', ...table }))]
  const [row] = await queryRowsInCamelCase<
    Omit<PathTableComparison, 'differences'> & {
      tables: number
      differences: PathTableComparison['differences'] | null
    }
  >(
    db,
    `WITH sides AS MATERIALIZED (
       SELECT wanted.side, source.id AS source_id
       FROM jsonb_to_recordset($1) AS wanted (side text, scope text, subresource text)
       JOIN resource ON resource.short_id = wanted.scope
       JOIN source ON source.resource_id = resource.id AND source.subresource = wanted.subresource
       JOIN poll_state ON poll_state.source_id = source.id AND poll_state.kind = 'tables'
       WHERE poll_state.ok_started_at IS NOT NULL
     ), ${SHORTEST}, pairs AS (
       SELECT coalesce(x.prefix, y.prefix) AS prefix, x.length AS length_a, y.length AS length_b,
              ${pathOf('x')} AS a, ${pathOf('y')} AS b
       FROM (SELECT * FROM best WHERE side = 'a') x FULL JOIN (SELECT * FROM best WHERE side = 'b') y USING (prefix)
     ), differing AS (
       SELECT * FROM pairs WHERE a IS NULL OR b IS NULL OR length_a <> length_b
     )
     SELECT (SELECT count(*)::int FROM sides) AS tables,
            (SELECT count(*)::int FROM pairs WHERE a IS NOT NULL AND b IS NOT NULL) AS shared,
            (SELECT count(*)::int FROM differing WHERE a IS NOT NULL AND b IS NOT NULL) AS unequal,
            (SELECT count(*)::int FROM differing WHERE b IS NULL) AS only_a,
            (SELECT count(*)::int FROM differing WHERE a IS NULL) AS only_b,
            (SELECT jsonb_agg(jsonb_build_object('prefix', prefix::text, 'a', a, 'b', b) ORDER BY prefix)
             FROM (SELECT * FROM differing ORDER BY prefix LIMIT $2) first) AS differences`,
    [JSON.stringify(tables), most, MSEE_ASN, [GATEWAY_ASN, MICROSOFT_ASN], within, [GATEWAY_ASN, MSEE_ASN]],
  )
  if (!row || row.tables < tables.length) return null
  const { tables: _, ...counted } = row
  const differences = (counted.differences ?? []).map(({ prefix, ...paths }) => ({
    prefix: canonicalizeDatabasePrefix(prefix),
    ...paths,
  }))
  return { ...counted, differences }
}
