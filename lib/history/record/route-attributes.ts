import type { PoolClient } from 'pg'
import type { RouteAttributes } from '#lib/contract/index.ts'
import { digestOf } from './route-table.ts'

/**
 * Numbers of attribute sets by their canonical text; sets that are new to the source get one. Two kinds of one source may
 * need the same new set at the same time: both insert in the order of the digest, so that they can't wait for each other.
 */
export async function numberAttributes(
  client: PoolClient,
  sourceId: number,
  texts: ReadonlySet<string>,
): Promise<Map<string, number>> {
  if (texts.size === 0) return new Map()
  const digests = [...texts].map((text) => ({ text, digest: digestOf(text) }))
  const byDigest = new Map(digests.map(({ text, digest }) => [digest.toString('hex'), text]))
  const numbers = new Map<string, number>()
  const select = async (wanted: readonly Buffer[]) => {
    const { rows } = await client.query<{ id: number; digest: Buffer }>(
      'SELECT id, digest FROM route_attributes WHERE source_id = $1 AND digest = ANY ($2::bytea[])',
      [sourceId, wanted],
    )
    for (const { id, digest } of rows) {
      const text = byDigest.get(digest.toString('hex'))
      if (text !== undefined) numbers.set(text, id)
    }
  }
  await select(digests.map(({ digest }) => digest))
  const fresh = digests.filter(({ text }) => !numbers.has(text)).toSorted((a, b) => Buffer.compare(a.digest, b.digest))
  if (fresh.length > 0) {
    await client.query(
      `INSERT INTO route_attributes (source_id, digest, attributes)
       SELECT $1, digest, attributes FROM unnest($2::bytea[], $3::jsonb[]) AS n (digest, attributes)
       ON CONFLICT (source_id, digest) DO NOTHING`,
      [sourceId, fresh.map(({ digest }) => digest), fresh.map(({ text }) => text)],
    )
    await select(fresh.map(({ digest }) => digest))
  }
  return numbers
}

/** Attribute sets by their number. */
export async function attributesByNumber(
  client: PoolClient,
  sourceId: number,
  ids: readonly number[],
): Promise<Map<number, RouteAttributes[]>> {
  if (ids.length === 0) return new Map()
  const { rows } = await client.query<{ id: number; attributes: RouteAttributes[] }>(
    'SELECT id, attributes FROM route_attributes WHERE source_id = $1 AND id = ANY ($2::int[])',
    [sourceId, [...new Set(ids)]],
  )
  return new Map(rows.map(({ id, attributes }) => [id, attributes]))
}
