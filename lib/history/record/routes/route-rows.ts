import type { PoolClient } from 'pg'
import type { ObservedChange, EpochMs, RouteAttributes, RoutePollKind, RouteRow } from '#lib/contract/index.ts'
import type { ClosedInterval } from '../interval.ts'
import {
  canonicalizeDatabasePrefix,
  type RouteKey,
  formatRouteKey,
  groupRowsByRouteKey,
  computeAttributesDigest,
} from './route-table.ts'
import {
  type KnownRoute,
  type KnownTable,
  listTableChanges,
  type AttributeSetId,
  type RouteComparison,
} from './compare-route-table.ts'
import {
  createClosedIntervalColumns,
  type WrittenColumnDefinitions,
  insertRows,
  createOpenIntervalColumns,
  updateRows,
} from '../write-rows.ts'

type Row = [
  id: number,
  instance: string,
  peer: string,
  prefix: string,
  attributesId: number | null,
  lastAbsent: EpochMs | null,
  firstPresent: EpochMs | null,
  lastPresent: EpochMs | null,
]

/**
 * Returns the stored route table of a (source, kind), with the IDs of the attribute sets that occur in the rows of a
 * poll.
 * @param read.keys only these routes are loaded, because all others are unchanged; null = all
 */
export async function loadStoredRouteTable(
  client: PoolClient,
  sourceId: number,
  kind: RoutePollKind,
  { rows, keys = null }: { rows: readonly RouteRow[]; keys?: readonly RouteKey[] | null },
): Promise<KnownTable> {
  const read = groupRowsByRouteKey(rows)
  const numbers = await findNumbers(client, sourceId, new Set([...read.values()].map(({ text }) => text)))
  return {
    routes: await loadRoutes(client, sourceId, kind, keys),
    setOf: (text) => numbers.get(text) ?? null,
    read,
  }
}

/**
 * Returns the routes that the table ever had: all, or those with the given keys. Rows are fetched as arrays, because
 * there may be 10,000.
 */
async function loadRoutes(
  client: PoolClient,
  sourceId: number,
  kind: RoutePollKind,
  keys: readonly RouteKey[] | null,
): Promise<Map<string, KnownRoute>> {
  const { rows } = await client.query<Row>({
    rowMode: 'array',
    text: `SELECT id, instance, peer, prefix::text, attributes_id,
                  extract(epoch FROM last_absent)::float8 * 1000, extract(epoch FROM first_present)::float8 * 1000,
                  extract(epoch FROM last_present)::float8 * 1000
           FROM route ${keys ? 'JOIN unnest($3::text[], $4::text[], $5::inet[]) AS n (instance, peer, prefix) USING (instance, peer, prefix)' : ''}
           WHERE source_id = $1 AND kind = $2`,
    values: [
      sourceId,
      kind,
      ...(keys
        ? [keys.map(({ instance }) => instance), keys.map(({ peer }) => peer), keys.map(({ prefix }) => prefix)]
        : []),
    ],
  })
  const routes = new Map<string, KnownRoute>()
  for (const [id, instance, peer, text, set, lastAbsent, firstPresent, lastPresent] of rows) {
    const prefix = canonicalizeDatabasePrefix(text)
    const open =
      firstPresent === null || lastPresent === null
        ? null
        : {
            lastAbsent: lastAbsent === null ? null : Math.round(lastAbsent),
            firstPresent: Math.round(firstPresent),
            lastPresent: Math.round(lastPresent),
          }
    const route = { id, instance, peer, prefix, set, open }
    routes.set(formatRouteKey(route), route)
  }
  return routes
}

interface Written extends RouteComparison {
  sourceId: number
  kind: RoutePollKind
  set: AttributeSetId | null
}

const KEYS: WrittenColumnDefinitions<Written> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  id: ['int', ({ known }) => known?.id],
}
const CURRENT: WrittenColumnDefinitions<Written> = {
  attributes_id: ['int', ({ set }) => set],
  ...createOpenIntervalColumns(({ open }) => open),
}
const FRESH: WrittenColumnDefinitions<Written> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  kind: ['text', ({ kind }) => kind],
  instance: ['text', ({ instance }) => instance],
  peer: ['text', ({ peer }) => peer],
  prefix: ['inet', ({ prefix }) => prefix],
}
const ENDED: WrittenColumnDefinitions<{ sourceId: number; known: KnownRoute; past: ClosedInterval }> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  route_id: ['int', ({ known }) => known.id],
  attributes_id: ['int', ({ known }) => known.set],
  ...createClosedIntervalColumns(({ past }) => past),
}

/**
 * Writes the steps of a poll, with one statement per table.
 * @returns the changes they prove
 */
export async function saveRoutes(
  client: PoolClient,
  sourceId: number,
  kind: RoutePollKind,
  steps: readonly RouteComparison[],
  setOf: KnownTable['setOf'],
): Promise<ObservedChange[]> {
  if (steps.length === 0) return []
  const made = await makeNumbers(
    client,
    sourceId,
    new Set(steps.flatMap(({ text }) => (text === null || setOf(text) !== null ? [] : [text]))),
  )
  const setAfter = ({ text }: RouteComparison): AttributeSetId | null => {
    const set = text === null ? null : (setOf(text) ?? made.get(text))
    if (set === undefined) throw new Error('a set of route attributes has no number')
    return set
  }
  const written = steps.map((step) => ({ ...step, sourceId, kind, set: setAfter(step) }))
  const ends = written.flatMap(({ known, past }) => (known && past ? [{ sourceId, known, past }] : []))
  await insertRows(client, 'route_interval', ENDED, ends)
  await insertRows(
    client,
    'route',
    { ...FRESH, ...CURRENT },
    written.filter(({ known }) => !known),
  )
  const closedUntil: WrittenColumnDefinitions<Written> = {
    closed_until: ['timestamptz', ({ past }) => past?.firstAbsent],
  }
  await updateRows(
    client,
    'route',
    KEYS,
    { ...CURRENT, ...closedUntil },
    written.filter(({ known }) => known),
    { set: { closed_until: 'coalesce(n.closed_until, t.closed_until)' } },
  )
  const before = steps.flatMap(({ known: route }) => (typeof route?.set === 'number' ? [route.set] : []))
  const sets = await attributesByNumber(client, sourceId, before)
  return listTableChanges(steps, (set) => sets.get(Number(set)) ?? [])
}

interface DigestedSet {
  text: string
  digest: Buffer
}
const digested = (texts: ReadonlySet<string>): DigestedSet[] =>
  [...texts].map((text) => ({ text, digest: computeAttributesDigest(text) }))

/** Returns the IDs of attribute sets by their canonical text. Sets that the source never had are left out. */
const findNumbers = (client: PoolClient, sourceId: number, texts: ReadonlySet<string>) =>
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
 * Creates IDs for attribute sets that the source never had. Polls of two kinds of a source may insert the same new set
 * at the same time, so both insert in the order of the digests to avoid a deadlock.
 */
async function makeNumbers(
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

/** Returns the attributes of attribute sets by ID. */
async function attributesByNumber(
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
