import { type Db, diffRoutes, getRouteChurn, listRoutes, lookUpRoute, queryable, scopedTo } from '#lib/queries/index.ts'
import { endpoints } from '#lib/contract/index.ts'
import { routeChurn, routesCovering, routesDiff } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { BenchTopology } from './estate.ts'
import { printPlan, randomOf, print, shown, timed, type Times } from './figures.ts'

const DAY = 86_400_000

export interface Answered {
  lookup: Times
  lookupApi: Times
  diffDay: Times
  diffQuarter: Times
}

const address = (below: (n: number) => number, prefixes: number) => {
  const i = below(prefixes)
  return `10.${(i >> 8) & 255}.${i & 255}.${1 + below(250)}`
}

type Query = Record<string, string>

/** What the handlers do, from parameters to the last byte of the JSON, without HTTP. */
const asking = (db: Db) => {
  const { routeLookup, routes, routesDiff: diff, routeChurn: churn } = endpoints
  const written = async (answer: Promise<unknown>) => JSON.stringify(await answer).length
  return {
    lookup: (query: Query) => written(lookUpRoute(db, routeLookup.parameters.parse(query))),
    table: (query: Query) => written(listRoutes(db, routes.parameters.parse(query))),
    diff: (query: Query) => written(diffRoutes(db, diff.parameters.parse(query))),
    churn: (query: Query) => written(getRouteChurn(db, churn.parameters.parse(query))),
  }
}

/** What it costs that a reader has a scope: the same questions of whoever sees everything, and of a scope that sees as much of the estate. */
export async function askScoped(db: Database, estate: BenchTopology): Promise<void> {
  const below = randomOf(11)
  const kinds = ['learned'] as const
  const subscriptions = [...new Set(estate.resourceIds.map((id) => id.split('/')[2] ?? ''))]
  const scoped = await scopedTo(db, { subscriptions, customers: [] })
  const moments = Array.from({ length: 200 }, () => ({
    at: estate.from + DAY + below(estate.to - estate.from - DAY),
    address: address(below, estate.routes / 2),
    scope: estate.resourceIds[below(estate.gateways)] ?? '',
  }))
  const questions: [string, (reader: Db, moment: (typeof moments)[number]) => Promise<unknown>][] = [
    [
      'look-up as of T in the database',
      (reader, m) => routesCovering(queryable(reader), { ...m, kinds, scope: undefined }),
    ],
    [
      'look-up as of T at the API',
      (reader, m) => asking(reader).lookup({ ip: m.address, at: new Date(m.at).toISOString() }),
    ],
    [
      'table of a gateway as of T at the API, 100 rows',
      (reader, m) => asking(reader).table({ scope: m.scope, at: new Date(m.at).toISOString() }),
    ],
  ]
  for (const [name, ask] of questions) {
    const few = name.startsWith('table') ? moments.slice(0, 30) : moments
    const everything = await timed(db, few, (m) => ask(db, m))
    const scope = await timed(db, few, (m) => ask(scoped, m))
    print(`  ${name}: everything ${shown(everything)}; a scope ${shown(scope)}`)
  }
}

/** Look-ups, diffs and churn of one estate, in the database and at the API. */
export async function askAll(db: Database, estate: BenchTopology, options: { plans: boolean }): Promise<Answered> {
  const api = asking(db)
  const below = randomOf(7)
  const iso = (at: number) => new Date(at).toISOString()
  const kinds = ['learned'] as const
  const moments = Array.from({ length: 200 }, () => ({
    at: estate.from + DAY + below(estate.to - estate.from - DAY),
    address: address(below, estate.routes / 2),
    scope: estate.resourceIds[below(estate.gateways)] ?? '',
  }))

  const lookup = await timed(db, moments, (m) => routesCovering(db.pool, { ...m, kinds, scope: undefined }))
  const lookupApi = await timed(db, moments, ({ address: ip, at }) => api.lookup({ ip, at: iso(at) }))
  const lookupOne = await timed(db, moments, ({ address: ip, at, scope }) => api.lookup({ ip, at: iso(at), scope }))
  print(
    `  look-up as of T, all ${estate.gateways} gateways, in the database: ${shown(lookup)}; at the API: ${shown(lookupApi)}`,
  )
  print(`  look-up as of T, one gateway, at the API:                ${shown(lookupOne)}`)

  const ranges = Array.from({ length: 12 }, (_, i) => ({
    scope: estate.resourceIds[i % estate.gateways] ?? '',
    to: estate.from + 2 * DAY + below(estate.to - estate.from - 3 * DAY),
  }))
  const within = (scope: string, from: number, to: number) => ({ scope, from: iso(from), to: iso(to) })
  const diff = (length: number) => (range: (typeof ranges)[number]) =>
    api.diff(within(range.scope, Math.max(estate.from + DAY, range.to - length), range.to))
  const diffHour = await timed(db, ranges, diff(3_600_000))
  const diffDay = await timed(db, ranges, diff(DAY))
  const diffQuarter = await timed(db, ranges, diff(30 * DAY))
  const one = ranges[0] ?? { scope: '', to: estate.to }
  const rows = await routesDiff(db.pool, { scope: one.scope, kinds, from: one.to - DAY, to: one.to })
  const differ = rows.announced.length + rows.withdrawn.length + rows.changed.length
  print(
    `  diff of two ${estate.routes}-route tables at the API: an hour apart ${shown(diffHour)}; a day apart ${shown(diffDay)} (${differ} differ); up to 30 days apart ${shown(diffQuarter)}`,
  )

  const churn = (length: number) => (range: (typeof ranges)[number]) =>
    api.churn(within(range.scope, Math.max(estate.from, range.to - length), range.to))
  print(
    `  churn of one gateway at the API: a day ${shown(await timed(db, ranges, churn(DAY)))}; 30 days ${shown(await timed(db, ranges.slice(0, 5), churn(30 * DAY)))}`,
  )

  if (options.plans) {
    const [m] = moments
    if (m) await printPlan(db, 'the look-up', '>>=', (q) => routesCovering(q, { ...m, kinds, scope: undefined }))
    await printPlan(db, 'the diff', 'jsonb_to_recordset', (q) =>
      routesDiff(q, { scope: one.scope, kinds, from: one.to - DAY, to: one.to }),
    )
    await printPlan(db, 'churn', 'changes AS MATERIALIZED', (q) =>
      routeChurn(q, {
        scope: one.scope,
        kinds,
        from: one.to - DAY,
        to: one.to,
        stepMs: 3_600_000,
        top: 20,
        windows: [],
      }),
    )
  }
  await askScoped(db, estate)
  return { lookup, lookupApi, diffDay, diffQuarter }
}
