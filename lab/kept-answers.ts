/**
 * Compares answers about closed periods with earlier answers to the same queries (ADR 0325): `npm run bench
 * kept-answers -- [--file=FILE] [--draws=1000]`. Without a file, compares answers about a simulated past before and
 * after roll-up and retention. With a file, uses the database of DATABASE_URL: the first run writes the file, and later
 * runs (after an upgrade or a restore) compare. Exits with 1 if an answer differs.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { applyRetention, rollUpChurn, rollUpUsage } from '#lib/history/index.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { getSettings } from '#lib/platform/settings.ts'
import { callApiInProcess } from '#lib/questions/index.ts'
import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import { scenarioWithAllEventKinds, generatePastOfScenario } from './demo-history/testing.ts'
import { printBenchLine } from './history/figures.ts'
import { runWithBenchPostgresServer } from './history/server.ts'
import {
  verifySampledAnswers,
  saveSampledPastAnswers,
  type StoredAnswer,
  type PastQueryContext,
} from './kept-answers/kept-answers.ts'

const { values } = parseArgs({ options: { file: { type: 'string' }, draws: { type: 'string', default: '1000' } } })
const draws = Number(values.draws)
const ask = callApiInProcess(mergedCapabilityOfAllFeatures, OPEN_ACCESS_CALLER)

async function compare(past: PastQueryContext, kept: readonly StoredAnswer[]): Promise<void> {
  const { same, changed, expired, outdated } = await verifySampledAnswers(past, kept)
  for (const { question, gone, came } of changed)
    printBenchLine([question, ...gone.map((line) => `- ${line}`), ...came.map((line) => `+ ${line}`)].join('\n'))
  printBenchLine(
    `${same} same, ${changed.length} changed, ${expired} expired, ${outdated} of a kind that was changed since`,
  )
  if (changed.length > 0) process.exitCode = 1
}

async function compareByFile(file: string): Promise<void> {
  const { databaseUrl, retain } = getSettings()
  const db = createDatabase(databaseUrl, { max: 2, applicationName: 'peerwatch-bench' })
  try {
    const past = { db: db.pool, ask, now: Date.now(), historyMs: retain.historyMs }
    if (existsSync(file)) return await compare(past, JSON.parse(readFileSync(file, 'utf8')) as StoredAnswer[])
    const kept = await saveSampledPastAnswers(past, { draws })
    writeFileSync(file, JSON.stringify(kept))
    printBenchLine(`${kept.length} answers kept in ${file}`)
  } finally {
    await db.close()
  }
}

/** Compares answers about a simulated past before and after the jobs that change stored history. */
const compareSimulated = () =>
  runWithBenchPostgresServer(async (open) => {
    const db = await open()
    const historyMs = 400 * MS_PER_DAY
    await generatePastOfScenario(
      db,
      scenarioWithAllEventKinds,
      Math.floor(Date.now() / MS_PER_DAY) * MS_PER_DAY - 2 * MS_PER_DAY,
      'around-edges',
      { minutes: 30 * 60 },
    )
    const past = { db: db.pool, ask, now: Date.now(), historyMs }
    const kept = await saveSampledPastAnswers(past, { draws })
    await rollUpUsage(db)
    await rollUpChurn(db)
    await applyRetention(db, { rawMs: MS_PER_HOUR, historyMs }, Date.now())
    await compare(past, kept)
  })

await (values.file === undefined ? compareSimulated() : compareByFile(values.file))
