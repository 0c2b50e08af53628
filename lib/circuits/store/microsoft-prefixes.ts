import { MICROSOFT_ASN, MSEE_ASN } from '#lib/bgp/index.ts'
import { circuitPaths, formatPathSubject } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Counts the distinct prefixes that Microsoft currently advertises on a peering, over both paths together. The edge
 * routers' ASN may be at the front of an AS path and is ignored. A route is from Microsoft if the first remaining ASN
 * is Microsoft's, or if no ASN remains. The query first selects the matching sets of route attributes, because they are
 * far fewer than the routes.
 * @param query.peering ARM name of the peering
 * @returns null if the tables of both paths have never been read
 */
export async function countMicrosoftPrefixes(
  db: SqlExecutor,
  { scope, peering }: { scope: string; peering: string },
): Promise<number | null> {
  const { rows } = await db.query<{ tables: number; prefixes: number }>(
    `WITH tables AS MATERIALIZED (
       SELECT s.id FROM source s JOIN resource r ON r.id = s.resource_id
       JOIN poll_state p ON p.source_id = s.id AND p.kind = 'tables'
       WHERE r.short_id = $1 AND s.subresource = ANY ($2) AND p.ok_started_at IS NOT NULL),
     announced AS MATERIALIZED (
       SELECT a.source_id, a.id
       FROM route_attributes a
       JOIN (SELECT DISTINCT source_id, attributes_id FROM route
             WHERE kind = 'tables' AND source_id IN (SELECT id FROM tables)) used
         ON used.source_id = a.source_id AND used.attributes_id = a.id
       WHERE EXISTS (
         SELECT FROM jsonb_array_elements(a.attributes) AS member
         WHERE jsonb_array_length(member -> 'asPath') > 0 AND $4 = coalesce(
           (SELECT asn::bigint FROM jsonb_array_elements_text(member -> 'asPath') WITH ORDINALITY AS hop (asn, n)
            WHERE asn::bigint <> $3 ORDER BY n LIMIT 1), $4)))
     SELECT (SELECT count(*)::int FROM tables) AS tables,
            (SELECT count(DISTINCT r.prefix)::int FROM route r
             JOIN announced a ON a.source_id = r.source_id AND a.id = r.attributes_id
             WHERE r.kind = 'tables') AS prefixes`,
    [scope, circuitPaths.map((path) => formatPathSubject(peering, path)), MSEE_ASN, MICROSOFT_ASN],
  )
  const [counted] = rows
  return counted && counted.tables > 0 ? counted.prefixes : null
}
