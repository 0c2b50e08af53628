import { routeChurn, routesCovering, routesDiff } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { address, asking } from './asking.ts'
import type { BenchTopology } from './estate.ts'
import { printPlan, randomOf, print, shown, timed, type Times } from './figures.ts'
import { askScoped } from './scoped.ts'

const DAY = 86_400_000

export interface Answered {
  lookup: Times
  lookupApi: Times
  diffDay: Times
  diffQuarter: Times
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
