/**
 * Compares Peerwatch's answers about a past with the true states of that past: `npm run bench answers --
 * [--source=simulator|recorded|slow|routers] [--questions=10000] [--by=api|export|screen] [--hours=72] [--minutes=20]
 * [--seed=1]`.
 * Without `--by` the API is called in the process. `--by` starts a separate web server (run `npm run build` first) and
 * queries it over HTTP, with `peerwatch export` or in a browser.
 * The sources simulator and recorded generate a past of `--hours`. With slow and routers a worker polls in real time
 * for `--minutes`. The true states are known independently of the data that Peerwatch reads.
 * Exits with code 1 if an answer is wrong, or is unknown although polls observed the state.
 */
import { parseArgs } from 'node:util'
import { OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { callApiInProcess } from '#lib/questions/index.ts'
import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import {
  type ApiQueryFunction,
  queryOverHttp,
  createExportQueryFunction,
  createScreenQueryFunction,
  startWeb,
} from './answers/askers.ts'
import { ApiAnswerJudge, type ApiAnswerVerdict } from './answers/judge.ts'
import { truthOfRecorded } from './answers/sources/recorded.ts'
import { truthOfRouters } from './answers/sources/routers.ts'
import { truthOfSimulator } from './answers/sources/simulator.ts'
import { truthOfSlow } from './answers/sources/slow.ts'
import type { EstateGroundTruth } from './answers/truth.ts'
import { createSeededNumberGenerator } from './freezes/freezer.ts'
import { printBenchLine } from './history/figures.ts'
import { startBenchPostgresServer } from './history/server.ts'
import { withBrowser } from './screens/product.ts'

const { values } = parseArgs({
  options: {
    source: { type: 'string', default: 'simulator' },
    questions: { type: 'string', default: '10000' },
    hours: { type: 'string', default: '72' },
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    by: { type: 'string', default: 'process' },
  },
})
const [questions, hours] = [Number(values.questions), Number(values.hours)]
const [minutes, seed] = [Number(values.minutes), Number(values.seed)]
const random = createSeededNumberGenerator(seed)
const MIN_HOURS = 3
const sources: Record<string, () => Promise<EstateGroundTruth>> = {
  simulator: () => truthOfSimulator(db, hours, random),
  recorded: () => truthOfRecorded(db, hours, random),
  slow: () => truthOfSlow(db, minutes, random),
  routers: () => truthOfRouters(db, minutes, seed),
}

/** Sends all questions through one interface and prints every answer that is wrong or unnecessarily unknown. */
async function answerAll(by: string, ask: ApiQueryFunction, truth: EstateGroundTruth): Promise<void> {
  const judge = await ApiAnswerJudge.of({ truth, ask, random })
  const counts = new Map<string, Record<ApiAnswerVerdict, number>>()
  for (let n = 0; n < questions; n++) {
    const { kind, verdict, why } = await judge.next(n)
    const count = counts.get(kind) ?? { right: 0, unseen: 0, unknown: 0, wrong: 0 }
    count[verdict] += 1
    counts.set(kind, count)
    if (verdict !== 'wrong' && verdict !== 'unknown') continue
    printBenchLine(`${verdict.toUpperCase()} ${kind}: ${why}`)
    process.exitCode = 1
  }
  printBenchLine(
    `${questions} questions of ${values.source}, ${((truth.to - truth.from) / 3_600_000).toFixed(1)} hours, seed ${seed}, by ${by}`,
  )
  for (const [kind, { right, unseen, unknown, wrong }] of counts)
    printBenchLine(
      `${kind}: ${right} right, ${unseen} unknown where no poll saw it, ${unknown} unknown otherwise, ${wrong} wrong`,
    )
}

async function byWeb(by: readonly string[], databaseUrl: string, truth: EstateGroundTruth): Promise<void> {
  const { url, stop } = await startWeb(databaseUrl, await findFreePort())
  try {
    if (by.includes('api')) await answerAll('api', queryOverHttp(url), truth)
    if (by.includes('export')) await answerAll('export', createExportQueryFunction(url), truth)
    if (!by.includes('screen')) return
    await withBrowser(async (browser) => {
      const context = await browser.newContext({ timezoneId: 'UTC' })
      await answerAll('screen', createScreenQueryFunction(url, await context.newPage()), truth)
    })
  } finally {
    stop()
  }
}

if (['simulator', 'recorded'].includes(values.source) && !(hours >= MIN_HOURS))
  throw new Error(
    `--hours=${values.hours}: ${MIN_HOURS} are the least, as nothing is asked of the first and last one; outages are made from 4 on`,
  )

const server = await startBenchPostgresServer()
const databaseUrl = await server.migrated()
const db = createDatabase(databaseUrl, { max: 4, applicationName: 'peerwatch-bench' })
try {
  const source = sources[values.source]
  if (!source) throw new Error(`--source is one of ${Object.keys(sources).join(', ')}`)
  const truth = await source()
  const ask = callApiInProcess(mergedCapabilityOfAllFeatures, OPEN_ACCESS_CALLER)
  const by = values.by.split(',')
  if (by.includes('process')) await answerAll('process', (question) => ask(db.pool, question), truth)
  if (by.some((one) => one !== 'process')) await byWeb(by, databaseUrl, truth)
} finally {
  await db.close()
  await server.stop()
}
