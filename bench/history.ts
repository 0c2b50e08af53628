/**
 * What history costs, and how fast it answers: `npm run bench history [--full] [--intervals=200000] [--gateways=10] [--routes=2000]`.
 *
 * The default is small and takes about a minute. `--full` measures the sizes that the design names: 10 tables of 10,000 routes
 * with 1,000,000 intervals over 90 days, then 10,000,000; it needs 6 GB of disk and half an hour. Everything is measured in
 * one run, on a Postgres as `npm start` runs it.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Database } from '#lib/platform/database.ts'
import { useReadingDatabase as readFrom } from '#lib/queries/index.ts'
import { type BenchTopology, fillEstate, keepsExclusion } from './history/estate.ts'
import { ms, print, sizesOf } from './history/figures.ts'
import { type Answered, askAll } from './history/questions.ts'
import { measureRecording } from './history/recording.ts'
import { askScoped } from './history/scoped.ts'
import { withServer } from './history/server.ts'

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    intervals: { type: 'string' },
    gateways: { type: 'string', default: '10' },
    routes: { type: 'string' },
    only: { type: 'string' },
  },
})
const gateways = Number(values.gateways)
const routes = Number(values.routes ?? (values.full ? 10_000 : 2_000))
const total = Number(values.intervals ?? (values.full ? 1_000_000 : 200_000))
const LARGER = 10
const wanted = (part: string) => values.only === undefined || values.only.split(',').includes(part)

await withServer(async (open) => {
  print(
    `history bench, ${new Date().toISOString()}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}, Node ${process.version}`,
  )
  if (wanted('recording')) {
    print('\nrecording one learned table of 10,000 prefixes')
    const db = await open()
    await measureRecording(db)
    await db.close()
  }
  const first = wanted('questions') ? await measure(total, true) : null
  if (values.full && wanted('larger')) {
    const larger = await measure(total * LARGER, false)
    if (first) growth(first, larger)
  }

  // alone only: with the questions it is asked of their estate
  if (values.only?.split(',').includes('scope')) await made(total, askScoped)

  function measure(intervals: number, plans: boolean): Promise<Answered> {
    return made(intervals, (db, estate) => askAll(db, estate, { plans }))
  }

  async function made<Result>(
    intervals: number,
    ask: (db: Database, estate: BenchTopology) => Promise<Result>,
  ): Promise<Result> {
    const db = await open()
    const begun = performance.now()
    const estate = await fillEstate(
      db,
      { gateways, routes, intervals: Math.round(intervals / gateways / routes) },
      Date.now(),
    )
    const rows = estate.gateways * estate.routes * estate.intervals
    const { heap, indexes } = await sizesOf(db, ['route_interval'])
    print(
      `\n${rows} route intervals over 90 days, ${gateways} tables of ${routes} routes (made in ${((performance.now() - begun) / 1000).toFixed(0)} s)`,
    )
    print(
      `  ${(heap / rows).toFixed(0)} bytes of heap for each interval, ${((heap + indexes) / rows).toFixed(0)} with all indexes${keepsExclusion(estate) ? '' : ' but the exclusion constraint'}`,
    )
    // heavy questions have connections of their own: here the same
    readFrom(db)
    const answered = await ask(db, estate)
    readFrom(undefined)
    await db.close()
    return answered
  }
})

function growth(small: Answered, large: Answered): void {
  print(`\ngrowth from ${total} to ${total * LARGER} intervals`)
  for (const [name, figure] of [
    ['look-up in the database', 'lookup'],
    ['look-up at the API', 'lookupApi'],
    ['diff, a day apart', 'diffDay'],
    ['diff, up to 30 days apart', 'diffQuarter'],
  ] as const) {
    const grown = (before: number, after: number) =>
      `${ms(before)} -> ${ms(after)}, ${(after / before).toFixed(2)} times`
    const [before, after] = [small[figure], large[figure]]
    const cpu = before.cpu === null || after.cpu === null ? '' : `; CPU ${grown(before.cpu, after.cpu)}`
    print(`  ${name}: p95 ${grown(before.p95, after.p95)}${cpu}`)
  }
}
