import type { PoolClient } from 'pg'
import type { Change, EpochMs, RouteRow } from '#lib/contract/index.ts'
import { iso } from '../times.ts'
import { attributesByNumber, findNumbers, makeNumbers } from './route-attributes.ts'
import { prefixFromDatabase, routeKeyText, tableOf } from './route-table.ts'
import { type KnownRoute, type KnownTable, routeChange, type RouteSet, type RouteStep } from './step-route-table.ts'
import type { RouteKind } from './route-kinds.ts'

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

/** The table of one (source, kind), and the numbers of what a poll reads in it. */
export async function loadTable(
  client: PoolClient,
  sourceId: number,
  kind: RouteKind,
  rows: readonly RouteRow[],
): Promise<KnownTable> {
  const read = tableOf(rows)
  const numbers = await findNumbers(client, sourceId, new Set([...read.values()].map(({ text }) => text)))
  return { routes: await loadRoutes(client, sourceId, kind), setOf: (text) => numbers.get(text) ?? null, read }
}

/** Every route that it ever had. Rows come as arrays: there may be 10,000. */
async function loadRoutes(client: PoolClient, sourceId: number, kind: RouteKind): Promise<Map<string, KnownRoute>> {
  const { rows } = await client.query<Row>({
    rowMode: 'array',
    text: `SELECT id, instance, peer, prefix::text, attributes_id,
                  extract(epoch FROM last_absent)::float8 * 1000, extract(epoch FROM first_present)::float8 * 1000,
                  extract(epoch FROM last_present)::float8 * 1000
           FROM route WHERE source_id = $1 AND kind = $2`,
    values: [sourceId, kind],
  })
  const routes = new Map<string, KnownRoute>()
  for (const [id, instance, peer, text, set, lastAbsent, firstPresent, lastPresent] of rows) {
    const prefix = prefixFromDatabase(text)
    const open =
      firstPresent === null || lastPresent === null
        ? null
        : {
            lastAbsent: lastAbsent === null ? null : Math.round(lastAbsent),
            firstPresent: Math.round(firstPresent),
            lastPresent: Math.round(lastPresent),
          }
    const route = { id, instance, peer, prefix, set, open }
    routes.set(routeKeyText(route), route)
  }
  return routes
}

/**
 * Writes the steps of one poll, each table in one statement.
 * @returns what they prove
 */
export async function saveRoutes(
  client: PoolClient,
  sourceId: number,
  kind: RouteKind,
  steps: readonly RouteStep[],
  setOf: KnownTable['setOf'],
): Promise<Change[]> {
  if (steps.length === 0) return []
  const made = await makeNumbers(
    client,
    sourceId,
    new Set(steps.flatMap(({ text }) => (text === null || setOf(text) !== null ? [] : [text]))),
  )
  const setAfter = ({ text }: RouteStep): RouteSet | null => {
    const set = text === null ? null : (setOf(text) ?? made.get(text))
    if (set === undefined) throw new Error('a set of route attributes has no number')
    return set
  }
  const current = (of: readonly RouteStep[]) => [
    of.map(setAfter),
    of.map(({ open }) => iso(open?.lastAbsent ?? null)),
    of.map(({ open }) => iso(open?.firstPresent ?? null)),
    of.map(({ open }) => iso(open?.lastPresent ?? null)),
  ]
  await appendPast(client, sourceId, steps)
  const fresh = steps.filter(({ known }) => known === null)
  const known = steps.filter((step) => step.known !== null)
  if (fresh.length > 0) {
    await client.query(
      `INSERT INTO route (source_id, kind, instance, peer, prefix, attributes_id, last_absent, first_present, last_present)
       SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::inet[], $6::int[], $7::timestamptz[], $8::timestamptz[],
                                    $9::timestamptz[])`,
      [
        sourceId,
        kind,
        fresh.map(({ instance }) => instance),
        fresh.map(({ peer }) => peer),
        fresh.map(({ prefix }) => prefix),
        ...current(fresh),
      ],
    )
  }
  if (known.length > 0) {
    await client.query(
      `UPDATE route r
       SET attributes_id = n.attributes_id, last_absent = n.last_absent, first_present = n.first_present,
           last_present = n.last_present, closed_until = coalesce(n.closed_until, r.closed_until)
       FROM unnest($2::int[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[])
         AS n (id, attributes_id, last_absent, first_present, last_present, closed_until)
       WHERE r.source_id = $1 AND r.id = n.id`,
      [
        sourceId,
        known.map((step) => step.known?.id),
        ...current(known),
        known.map(({ past }) => iso(past?.firstAbsent ?? null)),
      ],
    )
  }
  const before = steps.flatMap(({ known: route }) => (typeof route?.set === 'number' ? [route.set] : []))
  const sets = await attributesByNumber(client, sourceId, before)
  return steps.map((step) => routeChange(step, (set) => sets.get(Number(set)) ?? []))
}

async function appendPast(client: PoolClient, sourceId: number, steps: readonly RouteStep[]): Promise<void> {
  const past = steps.flatMap(({ known, past: interval }) => (known && interval ? [{ known, interval }] : []))
  if (past.length === 0) return
  await client.query(
    `INSERT INTO route_interval (source_id, route_id, attributes_id, last_absent, first_present, last_present, first_absent)
     SELECT $1, * FROM unnest($2::int[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[])`,
    [
      sourceId,
      past.map(({ known }) => known.id),
      past.map(({ known }) => known.set),
      past.map(({ interval }) => iso(interval.lastAbsent)),
      past.map(({ interval }) => iso(interval.firstPresent)),
      past.map(({ interval }) => iso(interval.lastPresent)),
      past.map(({ interval }) => iso(interval.firstAbsent)),
    ],
  )
}
