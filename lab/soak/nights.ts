import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { startBenchPostgresServer } from '../history/server.ts'
import { printFigureLine, printMachine } from '../screens/figures.ts'
import type { MonthsOptions, StateAfterNightlyJobs } from './months.ts'
import { type SoakChartPanel, drawSoakChartsSvg } from './picture.ts'
import { computeSettledGrowthPerDay } from './slope.ts'
import { type GroupSize, groupNames } from './table-groups.ts'

/** Script of the thread that generates the past like the demo. */
const THREAD = path.resolve(import.meta.dirname, '../..', 'lab/demo-history/nights-of-past.ts')
const MONTH_DAYS = 31
const RAW_DAYS = 14
/** Retention of history in days: a length that ends within the run, and the default, which keeps all three months. */
const HISTORY_DAYS = [30, 400] as const
const PRINTED_EVERY = 7
/** Tolerated growth factor of raw samples, because traffic and the polls around a fault vary from day to day. */
const FLAT = 1.1

interface Series {
  historyDays: number
  nights: StateAfterNightlyJobs[]
}

/**
 * Runs some months of polls, retention and roll-ups with two retention lengths in parallel.
 * @returns the number of faults
 */
export async function runRetentionSoakTest(months: number, file?: string): Promise<number> {
  printMachine()
  const days = Math.round(months * MONTH_DAYS)
  const server = await startBenchPostgresServer()
  const all = HISTORY_DAYS.map((historyDays): Series => ({ historyDays, nights: [] }))
  let faults = 0
  const report = (texts: readonly string[], day: number) => {
    faults += texts.length
    for (const text of texts.slice(0, 5)) printFigureLine(`FAULT after day ${day}: ${text}`)
  }
  try {
    printFigureLine(
      `kept, days  day  ${groupNames.map((name) => `${name} rows/MB`).join('  ')}  days of samples  with events  heap MB  jobs s`,
    )
    await Promise.all(
      all.map(async ({ historyDays, nights }) => {
        const retention = { rawMs: RAW_DAYS * MS_PER_DAY, historyMs: historyDays * MS_PER_DAY }
        await inThread({ databaseUrl: await server.migrated(), days, retention }, historyDays, (night) => {
          nights.push(night)
          report(night.faults, night.day)
          if (night.day % PRINTED_EVERY === 0 || night.day === days) printFigureLine(`${historyDays}  ${lineOf(night)}`)
          if (file) writeFileSync(file, drawn(all, days))
        })
      }),
    )
    for (const { historyDays, nights } of all) {
      report(notFlat(nights), days)
      printFigureLine(`RETAIN_RAW=${RAW_DAYS}d RETAIN_HISTORY=${historyDays}d`)
      printGrowth(nights)
    }
  } finally {
    await server.stop()
  }
  printFigureLine(faults === 0 ? 'no fault' : `${faults} faults`)
  printMachine()
  return faults
}

async function inThread(
  options: Omit<MonthsOptions, 'beginPast' | 'onNight'>,
  historyDays: number,
  onNight: (night: StateAfterNightlyJobs) => void,
): Promise<void> {
  const env = { ...process.env, RETAIN_HISTORY: `${historyDays}d` }
  const thread = new Worker(THREAD, { workerData: options, env })
  thread.on('message', onNight)
  await once(thread, 'exit')
}

/** Checks that the amount of raw samples does not grow any more once the oldest ones are deleted each day. */
function notFlat(nights: readonly StateAfterNightlyJobs[]): string[] {
  const full = nights.find(({ day }) => day > RAW_DAYS)?.sizes.raw.rows ?? Infinity
  const most = Math.max(...nights.map(({ sizes }) => sizes.raw.rows))
  return most > FLAT * full ? [`raw samples grew to ${most} rows from ${full} after ${RAW_DAYS} days`] : []
}

function lineOf({ day, sizes, partitions, withEvents, heap, jobs }: StateAfterNightlyJobs): string {
  const each = groupNames.map((name) => `${sizes[name].rows}/${sizes[name].mb.toFixed(1)}`)
  return [day, ...each, partitions, withEvents, heap.toFixed(0), jobs.toFixed(1)].join('  ')
}

const seriesOf = (nights: readonly StateAfterNightlyJobs[], of: (night: StateAfterNightlyJobs) => number) =>
  nights.map((night) => ({ day: night.day, value: of(night) }))

/** Prints the growth per day in the last two thirds, with the standard error. */
function printGrowth(nights: readonly StateAfterNightlyJobs[]): void {
  const says = (of: (night: StateAfterNightlyJobs) => number) => {
    const growth = computeSettledGrowthPerDay(seriesOf(nights, of))
    return growth === null ? 'unknown' : `${growth.perDay.toFixed(3)} ± ${growth.error.toFixed(3)}`
  }
  const ofGroups = (what: string, of: (size: GroupSize) => number) =>
    printFigureLine(
      `${what} a day: ${groupNames.map((name) => `${name} ${says(({ sizes }) => of(sizes[name]))}`).join(', ')}`,
    )
  ofGroups('rows', ({ rows }) => rows)
  ofGroups('MB', ({ mb }) => mb)
  printFigureLine(`heap, MB a day: ${says(({ heap }) => heap)}`)
}

function drawn(all: readonly Series[], days: number): string {
  const panels = all.flatMap(({ historyDays, nights }): SoakChartPanel[] => [
    {
      title: `Kept for ${historyDays} days, MB`,
      series: groupNames.map((name) => ({ name, points: seriesOf(nights, ({ sizes }) => sizes[name].mb) })),
    },
  ])
  const ofEach = (title: string, of: (night: StateAfterNightlyJobs) => number): SoakChartPanel => ({
    title,
    series: all.map(({ historyDays, nights }) => ({ name: `${historyDays} days`, points: seriesOf(nights, of) })),
  })
  return drawSoakChartsSvg(`${days} days of the built-in estate through retention and roll-ups, at virtual time`, [
    ...panels,
    ofEach('Rows of intervals', ({ sizes }) => sizes.intervals.rows),
    ofEach('Days of raw samples', ({ partitions }) => partitions),
    ofEach('Heap of the process, MB', ({ heap }) => heap),
  ])
}
