import { useReadingDatabase as answerFrom } from '#lib/answers/index.ts'
import { routeChurn, routesCovering, routesDiff } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import * as churnHandler from '../../app/api/v1/routes/churn/route.ts'
import * as diffHandler from '../../app/api/v1/routes/diff/route.ts'
import * as lookupHandler from '../../app/api/v1/routes/lookup/route.ts'
import type { BenchEstate } from './estate.ts'
import { printPlan, randomOf, say, shown, timed, type Times } from './figures.ts'

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

type Handler = (request: Request, context: { params: Promise<Record<string, never>> }) => Promise<Response>

/** The whole of an answer, to the last byte of its JSON. */
async function asked(handler: { GET: Handler }, query: Record<string, string>): Promise<number> {
  const url = `http://127.0.0.1/api/v1/x?${new URLSearchParams(query).toString()}`
  const response = await handler.GET(new Request(url), { params: Promise.resolve({}) })
  const text = await response.text()
  if (response.status !== 200) throw new Error(text)
  return text.length
}

/** Look-ups, diffs and churn of one estate, in the database and at the API. */
export async function askAll(db: Database, estate: BenchEstate, options: { plans: boolean }): Promise<Answered> {
  answerFrom(db)
  const below = randomOf(7)
  const iso = (at: number) => new Date(at).toISOString()
  const kinds = ['learned'] as const
  const moments = Array.from({ length: 200 }, () => ({
    at: estate.from + DAY + below(estate.to - estate.from - DAY),
    address: address(below, estate.routes / 2),
    scope: estate.resourceIds[below(estate.gateways)] ?? '',
  }))

  const lookup = await timed(moments, (m) => routesCovering(db.pool, { ...m, kinds, scope: undefined }))
  const lookupApi = await timed(moments, ({ address: ip, at }) => asked(lookupHandler, { ip, at: iso(at) }))
  const lookupOne = await timed(moments, ({ address: ip, at, scope }) =>
    asked(lookupHandler, { ip, at: iso(at), scope }),
  )
  say(
    `  look-up as of T, all ${estate.gateways} gateways, in the database: ${shown(lookup)}; at the API: ${shown(lookupApi)}`,
  )
  say(`  look-up as of T, one gateway, at the API:                ${shown(lookupOne)}`)

  const ranges = Array.from({ length: 12 }, (_, i) => ({
    scope: estate.resourceIds[i % estate.gateways] ?? '',
    to: estate.from + 2 * DAY + below(estate.to - estate.from - 3 * DAY),
  }))
  const within = (scope: string, from: number, to: number) => ({ scope, from: iso(from), to: iso(to) })
  const diff = (length: number) => (range: (typeof ranges)[number]) =>
    asked(diffHandler, within(range.scope, Math.max(estate.from + DAY, range.to - length), range.to))
  const diffHour = await timed(ranges, diff(3_600_000))
  const diffDay = await timed(ranges, diff(DAY))
  const diffQuarter = await timed(ranges, diff(30 * DAY))
  const one = ranges[0] ?? { scope: '', to: estate.to }
  const rows = await routesDiff(db.pool, { scope: one.scope, kinds, from: one.to - DAY, to: one.to })
  const differ = rows.announced.length + rows.withdrawn.length + rows.changed.length
  say(
    `  diff of two ${estate.routes}-route tables at the API: an hour apart ${shown(diffHour)}; a day apart ${shown(diffDay)} (${differ} differ); up to 30 days apart ${shown(diffQuarter)}`,
  )

  const churn = (length: number) => (range: (typeof ranges)[number]) =>
    asked(churnHandler, within(range.scope, Math.max(estate.from, range.to - length), range.to))
  say(
    `  churn of one gateway at the API: a day ${shown(await timed(ranges, churn(DAY)))}; 30 days ${shown(await timed(ranges.slice(0, 5), churn(30 * DAY)))}`,
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
  answerFrom(undefined)
  return { lookup, lookupApi, diffDay, diffQuarter }
}
