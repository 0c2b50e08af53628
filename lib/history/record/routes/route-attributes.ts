import type { PoolClient } from 'pg'
import type { RouteAttributes } from '#lib/contract/index.ts'
import { digestOf } from './route-table.ts'

interface DigestedSet {
  text: string
  digest: Buffer
}
const digested = (texts: ReadonlySet<string>): DigestedSet[] =>
  [...texts].map((text) => ({ text, digest: digestOf(text) }))

/** Numbers of attribute sets by their canonical text; one that is new to the source has none. */
export const findNumbers = (client: PoolClient, sourceId: number, texts: ReadonlySet<string>) =>
  numbersOf(client, sourceId, digested(texts))

async function numbersOf(
  client: PoolClient,
  sourceId: number,
  sets: readonly DigestedSet[],
): Promise<Map<string, number>> {
  if (sets.length === 0) return new Map()
  const byDigest = new Map(sets.map(({ text, digest }) => [digest.toString('hex'), text]))
  const { rows } = await client.query<{ id: number; digest: Buffer }>(
    'SELECT id, digest FROM route_attributes WHERE source_id = $1 AND digest = ANY ($2::bytea[])',
    [sourceId, sets.map(({ digest }) => digest)],
  )
  return new Map(
    rows.flatMap(({ id, digest }) => {
      const text = byDigest.get(digest.toString('hex'))
      return text === undefined ? [] : [[text, id] as const]
    }),
  )
}

/**
 * Numbers for sets that are new to the source. Two kinds of one source may need the same new set at the same time: both insert in the
 * order of the digest, so that they can't wait for each other.
 */
export async function makeNumbers(
  client: PoolClient,
  sourceId: number,
  texts: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const fresh = digested(texts).toSorted((a, b) => Buffer.compare(a.digest, b.digest))
  if (fresh.length === 0) return new Map()
  await client.query(
    `INSERT INTO route_attributes (source_id, digest, attributes)
     SELECT $1, digest, attributes FROM unnest($2::bytea[], $3::jsonb[]) AS n (digest, attributes)
     ON CONFLICT (source_id, digest) DO NOTHING`,
    [sourceId, fresh.map(({ digest }) => digest), fresh.map(({ text }) => text)],
  )
  return numbersOf(client, sourceId, fresh)
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
