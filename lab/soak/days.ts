import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { SloStatus } from '#lib/reports/api/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { startBenchPostgresServer } from '../history/server.ts'
import { fetchList } from '../product/list.ts'
import { startProductOnSimulator } from '../product/start-product.ts'
import { printFigureLine, printMachine } from '../screens/figures.ts'
import {
  drawProductSampleCharts,
  formatProductSampleHeader,
  formatProductSampleLine,
  printSampleGrowthPerDay,
  type ProductResourceSample,
  computeCompletedPollShare,
} from './day-samples.ts'
import type { SoakTimeAcceleration } from './pace.ts'
import { formatDaysOrHours } from './picture.ts'
import { sampleProductProcesses } from './processes.ts'
import { fetchAll } from './questions.ts'
import { readCompletedPollAndEventCounts } from './timetable.ts'
import { openStreams, type OpenChangeStreams } from '../screens/streams.ts'

const WALLS = 4
/** Time until everything was polled once. */
const SETTLE_MS = 60_000
/** Maximum wait for reading the past data that Azure keeps, which takes minutes after a start. */
const BACKFILL_MS = 15 * 60_000
/**
 * Real time between two samples in milliseconds. It does not depend on the speed; at a speed of 100 it is about half an
 * hour of product time.
 */
const SAMPLE_MS = 18_000

async function backfilled({ pool }: Database): Promise<void> {
  const until = performance.now() + BACKFILL_MS
  while (performance.now() < until) {
    // an hour of tolerance, because Azure deletes old data continuously, so that the time up to which data must be read
    // moves forward
    const { rows } = await pool.query(
      `SELECT FROM metric_backfill WHERE reached_at > goal_at + interval '1 hour' LIMIT 1`,
    )
    if (rows.length === 0) return
    await delay(SAMPLE_MS)
  }
  printFigureLine('the past that Azure keeps is still being read')
}

export interface DaysOptions {
  days: number
  /** real minutes after which the run ends in any case */
  minutes: number
  /** path of the SVG; absent = no picture */
  picture?: string | undefined
}

/** Runs the whole product for a number of accelerated days, and prints samples and the growth of each figure. */
export async function runSoakTestForDays(pace: SoakTimeAcceleration, options: DaysOptions): Promise<void> {
  printMachine()
  const server = await startBenchPostgresServer([], pace.environment)
  const product = await startProductOnSimulator(
    {
      ...pace.environment,
      ...pace.intervals,
      DATABASE_URL: await server.migrated(),
      LOG_FORMAT: 'json',
      LOG_LEVEL: 'warn',
    },
    recordWarning,
  )
  // the demo uses a separate database, so its URL comes from the product
  const db = createDatabase(product.databaseUrl, { max: 1, applicationName: 'peerwatch-soak' })
  const walls = await openWalls(product.url, WALLS)
  try {
    await delay(SETTLE_MS)
    await backfilled(db)
    await pace.begin(db)
    const from = await pace.days(db)
    const until = performance.now() + options.minutes * MS_PER_MINUTE
    const samples: ProductResourceSample[] = []
    printFigureLine(formatProductSampleHeader())
    for (;;) {
      const sample = await take((await pace.days(db)) - from)
      samples.push(sample)
      printFigureLine(formatProductSampleLine(sample, samples))
      if (options.picture && samples.length > 1)
        writeFileSync(options.picture, drawProductSampleCharts(samples, titleOf(sample.day)))
      if (sample.day >= options.days || performance.now() >= until) break
      await pace.adapt(db, computeCompletedPollShare(sample, samples.at(-2) ?? sample))
      await delay(SAMPLE_MS)
    }
    printSampleGrowthPerDay(samples)
    printFigureLine(
      `streams still open: ${walls.stillOpen()} of ${WALLS}, opened again ${walls.reconnected()} times, changes sent: ${walls.changes()}`,
    )
    for (const { name, achieved, counted, bad } of await fetchList<SloStatus>(product.url, 'slos'))
      printFigureLine(
        `${name}: ${achieved === null ? 'unknown' : `${(achieved * 100).toFixed(2)} %`} (${bad} of ${counted} bad)`,
      )
    printWarnings()
    printMachine()
  } finally {
    walls.close()
    await db.close()
    await product.stop()
    await server.stop()
  }

  async function take(day: number): Promise<ProductResourceSample> {
    const processes = sampleProductProcesses(product.dataDir, server.pid)
    const timetable = await readCompletedPollAndEventCounts(db)
    const at = performance.now()
    await walls.reconnectOne()
    return {
      day,
      at,
      processes,
      speed: pace.speed(),
      load: loadavg()[0] ?? 0,
      ...timetable,
      ...(await fetchAll(product.url)),
    }
  }

  function titleOf(days: number): string {
    return `The polls of ${formatDaysOrHours(days)} of the built-in estate, ${pace.says}`
  }
}

interface Walls {
  /** closes the connection of one wall and opens a new one; each call uses the next wall */
  reconnectOne(): Promise<void>
  reconnected(): number
  stillOpen(): number
  /** number of changes sent to all walls */
  changes(): number
  close(): void
}

/** Opens change streams like those of walls. */
async function openWalls(url: string, count: number): Promise<Walls> {
  const open = (): Promise<OpenChangeStreams> => openStreams(url, 1)
  const streams = await Promise.all(Array.from({ length: count }, open))
  let [reconnected, changesBefore] = [0, 0]
  return {
    async reconnectOne() {
      const former = streams.shift()
      changesBefore += former?.changes() ?? 0
      former?.close()
      streams.push(await open())
      reconnected += 1
    },
    reconnected: () => reconnected,
    stillOpen: () => streams.reduce((sum, one) => sum + one.stillOpen(), 0),
    changes: () => streams.reduce((sum, one) => sum + one.changes(), changesBefore),
    close: () => {
      for (const one of streams) one.close()
    },
  }
}

/** pino's level number of warnings */
const WARNING = 40
const counts = new Map<string, number>()

/** Counts a line of the product's log if it is a warning or error. */
function recordWarning(line: string): void {
  if (!line.startsWith('{')) return
  const { level, component, msg } = JSON.parse(line) as { level: number; component?: string; msg?: string }
  if (level < WARNING) return
  const text = `${component}: ${msg}`
  counts.set(text, (counts.get(text) ?? 0) + 1)
}

/** Prints each distinct warning with its count, most frequent first. */
function printWarnings(): void {
  for (const [text, times] of [...counts].toSorted(([, a], [, b]) => b - a)) printFigureLine(`${times} times: ${text}`)
}
