/**
 * Questions about a made past, held against what truly was: `npm run bench answers -- [--questions=10000] [--hours=72] [--seed=1]
 * [--by=api|export|screen]`: in the process, or of a web of its own (`npm run build` first), by HTTP, by `peerwatch export`, in a browser. One gateway,
 * one circuit; falls, withdrawals and refusals of Azure by the seed, polled at the default intervals and recorded as a worker does. The
 * simulator's own script says what was so, to the millisecond, beside what is recorded. Ends with 1 where an answer is wrong, or unknown
 * where polls saw it.
 */
import { parseArgs } from 'node:util'
import { OPEN_CALLER } from '#lib/access/index.ts'
import { DAY, HOUR, MINUTE, SECOND } from '#lib/contract/time/time.ts'
import { rollUpUsage } from '#lib/history/index.ts'
import { freePort } from '#lib/platform/bootstrap/postgres.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { askOwn } from '#lib/questions/index.ts'
import { table } from '#lib/table.ts'
import { Judge, type Verdict } from './answers/judge.ts'
import { happeningsOf } from './answers/script.ts'
import { type Ask, askApi, askExport, askScreens, startWeb } from './answers/askers.ts'
import { beginPast } from './demo-history/make-past.ts'
import { seeded } from './freezes/freezer.ts'
import { print } from './history/figures.ts'
import { startServer } from './history/server.ts'
import { withBrowser } from './screens/product.ts'
import { createWorld, pair, parseScenario, type World } from './simulator/index.ts'

const { values } = parseArgs({
  options: {
    questions: { type: 'string', default: '10000' },
    hours: { type: 'string', default: '72' },
    seed: { type: 'string', default: '1' },
    by: { type: 'string', default: 'process' },
  },
})
const [questions, hours, seed] = [Number(values.questions), Number(values.hours), Number(values.seed)]
const random = seeded(seed)
// bit rates of metrics are none here, and nothing is asked about what may still be learned
const origin = Math.floor(Date.now() / DAY) * DAY - DAY
const from = origin - hours * HOUR + 17 * SECOND

/** Asks all questions by one of them, and prints what is not right. */
async function askAll(ask: Ask, world: World): Promise<void> {
  const judge = await Judge.of({ world, ask, random, from: from + HOUR, to: origin - HOUR })
  const counts = new Map<string, Record<Verdict, number>>()
  for (let n = 0; n < questions; n++) {
    const { kind, verdict, why } = await judge.next(n)
    const count = counts.get(kind) ?? { right: 0, unseen: 0, unknown: 0, wrong: 0 }
    count[verdict] += 1
    counts.set(kind, count)
    if (verdict !== 'wrong' && verdict !== 'unknown') continue
    print(`${verdict.toUpperCase()} ${kind}: ${why}`)
    process.exitCode = 1
  }
  judge.close()
  print(`${questions} questions about ${hours} hours, seed ${seed}, by ${values.by}`)
  for (const [kind, { right, unseen, unknown, wrong }] of counts)
    print(
      `${kind}: ${right} right, ${unseen} unknown where no poll saw it, ${unknown} unknown otherwise, ${wrong} wrong`,
    )
}

async function byWeb(databaseUrl: string, world: World): Promise<void> {
  const { url, stop } = await startWeb(databaseUrl, await freePort())
  try {
    if (values.by === 'api') return await askAll(askApi(url), world)
    if (values.by === 'export') return await askAll(askExport(url), world)
    await withBrowser(async (browser) => {
      const context = await browser.newContext({ timezoneId: 'UTC' })
      await askAll(askScreens(url, await context.newPage()), world)
    })
  } finally {
    stop()
  }
}

const server = await startServer()
const databaseUrl = await server.migrated()
const db = createDatabase(databaseUrl, { max: 4, applicationName: 'peerwatch-bench' })
try {
  const world = createWorld(parseScenario({ ...pair, happenings: happeningsOf(random, hours) }), origin)
  const past = await beginPast({ db, world, from, origin, horizon: origin + 10 * MINUTE })
  await past.upTo(origin)
  past.close()
  await rollUpUsage(db)
  const ask = askOwn(table, OPEN_CALLER)
  if (values.by === 'process') await askAll((question) => ask(db.pool, question), world)
  else await byWeb(databaseUrl, world)
} finally {
  await db.close()
  await server.stop()
}
