/**
 * Checks the conclusions of detection about generated estates with random faults against the truth, with a judge that
 * shares no code with detection: `npm run bench judge -- [--seed=1] [--estates=50] [--hours=3] [--interval=60]
 * [--answers=all|none|availability,…] [--detection=yes|no] [--a-day=FAULTS]`. The checked API answers are about the
 * same estate, recorded in a database.
 * `--days=5 [--a-day=3] [--at-once=2] [--results=FOLDER]` records each estate for some days like a worker with the
 * default intervals, and checks the conclusions that the API returns during each fault, after it, and at the end. With
 * a folder, the results of each estate are stored there, and a later call continues after them.
 * `--days=5 --from=TIME --to=TIME` repeats only a part of such a run, with the faults of that part; `--list` prints the
 * faults of each estate with their times, and judges nothing.
 * Prints each wrong conclusion with its seed, then counts by class. Exits with 1 if a conclusion is wrong.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Database } from '#lib/platform/database.ts'
import { MS_PER_DAY, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { NON_DURABLE_POSTGRES_SETTINGS, runWithBenchPostgresServer } from './history/server.ts'
import { answerJudgesByName } from './judge/answers.ts'
import { formatJudgementCounts, formatFaultCountsByKind } from './judge/counts.ts'
import { judgeSimulatedEstateRun, type CorrectnessJudgement } from './judge/judge.ts'
import { judgeRecorded } from './judge/judge-recorded.ts'
import { simulateEstateRun } from './judge/play.ts'
import { recordSimulatedEstateRun } from './judge/record.ts'
import { truthOfPlayed } from './judge/truth.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    estates: { type: 'string', default: '50' },
    hours: { type: 'string', default: '3' },
    days: { type: 'string' },
    'a-day': { type: 'string' },
    'at-once': { type: 'string', default: '1' },
    results: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    list: { type: 'boolean', default: false },
    interval: { type: 'string', default: '60' },
    answers: { type: 'string', default: 'all' },
    detection: { type: 'string', default: 'yes' },
    verbose: { type: 'boolean', default: false },
  },
})
const print = (text: string) => process.stdout.write(`${text}\n`)
const asked = Object.entries(answerJudgesByName).flatMap(([name, one]) =>
  values.answers === 'all' || values.answers.split(',').includes(name) ? [one] : [],
)
const aDay = values['a-day'] === undefined ? undefined : Number(values['a-day'])
const days = values.days === undefined ? null : Number(values.days)
const intervalMs = Number(values.interval) * MS_PER_SECOND

/**
 * Returns the start of the first simulated day. The run must lie in the past and within one calendar month, because
 * availability is reported by month.
 * @param length length of the run, in days
 */
function beginOf(length: number): number {
  const latest = Math.floor(Date.now() / MS_PER_DAY - 2 - length) * MS_PER_DAY
  const month = new Date(latest + (length + 2) * MS_PER_DAY).toISOString().slice(0, 7)
  return new Date(latest).toISOString().startsWith(month)
    ? latest
    : Date.parse(`${month}-01`) - (length + 2) * MS_PER_DAY
}

/** Results of an estate. */
interface Result {
  readonly seed: number
  readonly days: number
  readonly stops: number
  readonly faults: readonly string[]
  readonly judgements: readonly CorrectnessJudgement[]
}

async function resultOf(seed: number, open: () => Promise<Database>): Promise<Result> {
  const isDetected = days === null && values.detection === 'yes'
  const hours = days === null ? Number(values.hours) : days * 24
  const pace = { aDay, isWhole: days !== null }
  const whole = await simulateEstateRun(seed, hours, intervalMs, beginOf(days ?? 0), isDetected, pace)
  const start = values.from === undefined ? whole.start : Date.parse(values.from)
  const end = values.to === undefined ? whole.end : Date.parse(values.to)
  const inPart = whole.faults.filter(({ from, until }) => from < end && until > start)
  const played = { ...whole, start, end, since: Math.max(whole.since, start), faults: inPart }
  const faults = played.faults.map(({ what }) => what)
  const about = { seed, faults, days: (played.end - played.start) / MS_PER_DAY }
  if (values.list) {
    for (const { what, from, until, elements } of inPart)
      print(`${seed} ${new Date(from).toISOString()} ${new Date(until).toISOString()} ${what} (${elements.join(', ')})`)
    return { ...about, stops: 0, judgements: [] }
  }
  if (days !== null) return { ...about, ...(await judgeRecorded(await open(), played, asked)) }
  const judgements = isDetected ? judgeSimulatedEstateRun(played) : []
  if (asked.length > 0) {
    const recorded = await recordSimulatedEstateRun(await open(), played)
    for (const one of asked) judgements.push(...(await one(recorded, truthOfPlayed(played))))
  }
  return { ...about, stops: 0, judgements }
}

/**
 * Returns the results of an estate that an earlier call stored, or the results that `make` returns. A failure counts as
 * a wrong conclusion.
 */
async function kept(seed: number, make: () => Promise<Result>): Promise<Result> {
  const file = values.results === undefined ? null : path.join(values.results, `${seed}.json`)
  if (file && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Result
  const result = await make().catch((error: Error): Result => {
    const failed: CorrectnessJudgement = { of: 'run', is: 'wrong', detail: error.stack ?? error.message }
    return { seed, days: 0, stops: 0, faults: [], judgements: [failed] }
  })
  if (file) writeFileSync(file, JSON.stringify(result))
  return result
}

if (values.results !== undefined) mkdirSync(values.results, { recursive: true })
const first = Number(values.seed)
const seeds = Array.from({ length: Number(values.estates) }, (_, n) => first + n)
const results: Result[] = []
const total = (of: (result: Result) => number) => results.reduce((sum, result) => sum + of(result), 0)
await runWithBenchPostgresServer(async (open, _, drop) => {
  const work = async () => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const own = seed
      const opened: Database[] = []
      const openOne = async () => {
        const db = await open()
        opened.push(db)
        return db
      }
      const result = await kept(own, () => resultOf(own, openOne))
      for (const db of opened) await drop(db)
      results.push(result)
      for (const { of, is, detail } of result.judgements)
        if (is === 'wrong' || (is === 'unknown' && values.verbose)) print(`seed ${own} ${is} ${of}: ${detail}`)
      if (days === null) continue
      const counts = `${total((one) => one.days).toFixed(0)} days, ${total((one) => one.faults.length)} faults`
      print(`${new Date().toISOString().slice(11, 19)} seed ${own}: ${results.length} estates, ${counts}`)
    }
  }
  await Promise.all(Array.from({ length: Number(values['at-once']) }, work))
}, NON_DURABLE_POSTGRES_SETTINGS)
const all = results.flatMap(({ judgements }) => judgements)
const faults = results.flatMap((result) => result.faults)
print(
  `\n${faults.length} faults in ${total((one) => one.days).toFixed(1)} days of ${results.length} estates, seed ${first}\n`,
)
if (days !== null) print(`judged at ${total(({ stops }) => stops)} moments\n\n${formatFaultCountsByKind(faults)}\n`)
print(formatJudgementCounts(all))
process.exitCode = all.some(({ is }) => is === 'wrong') ? 1 : 0
