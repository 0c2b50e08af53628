/**
 * What days do to the processes of the whole product: `npm run bench soak [--days=1] [--speed=20] [--every=30] [--picture=FILE.svg]`.
 *
 * The product runs as `npm start` runs it, on the built-in estate at the default intervals, with streams open as four walls hold them. Once
 * it answers, all its clocks and timers, PostgreSQL's too, run `--speed` times as fast (libfaketime). What it computes takes as long as ever:
 * a process is `--speed` times as busy, so that the machine must be idle and times out the sooner. Every `--every` virtual minutes: memory, open
 * descriptors and CPU of each process, the size of the database, what was polled, and how long questions take in real time. After that, what each grows by
 * in a day once it has settled (without the first third). `RETAIN_RAW` and every other variable of the product is its own.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { SloStatus } from '#lib/contract/index.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { list } from './product/list.ts'
import { startServer } from './history/server.ts'
import { startProduct } from './product/start-product.ts'
import { print, printMachine, quantile } from './screens/figures.ts'
import { openStreams } from './screens/streams.ts'
import { fasterClock } from './soak/faster-clock.ts'
import { type Drawn, type Panel, picture } from './soak/picture.ts'
import { processNames, type ProcessSample, sampleProcesses } from './soak/processes.ts'
import { settledGrowth } from './soak/slope.ts'

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '1' },
    speed: { type: 'string', default: '20' },
    every: { type: 'string', default: '30' },
    picture: { type: 'string' },
  },
})
const [DAYS, SPEED, EVERY_MINUTES] = [Number(values.days), Number(values.speed), Number(values.every)]
const DAY_MS = 86_400_000
const WALLS = 4
/** Until every process has seen the new speed, and polls have gone on. */
const SETTLE_MS = 20_000
const QUESTIONS = ['overview', 'wall', 'sessions?limit=200', 'incidents', 'uptime?days=30']
const ASKED = 3
/** Of the demo, which polls every 5 s: a product that is left alone polls at these. */
const INTERVALS = {
  POLL_SESSIONS_EVERY: '60s',
  POLL_CIRCUITS_EVERY: '60s',
  POLL_ROUTES_EVERY: '5m',
  POLL_METRICS_EVERY: '5m',
  POLL_ACTIVITY_EVERY: '5m',
  POLL_INVENTORY_EVERY: '10m',
}
/** pino's */
const WARNING = 40

interface Sample {
  /** virtual days since the first one */
  day: number
  processes: ReturnType<typeof sampleProcesses>
  /** MB */
  disk: number
  polls: number
  events: number
  /** milliseconds, the median of all questions */
  answer: number
}

const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-soak-'))
// PostgreSQL and the product's processes run as other users, who read the speed here
chmodSync(folder, 0o755)
const clock = fasterClock(path.join(folder, 'speed'))
const warnings = new Map<string, number>()

async function main(): Promise<void> {
  try {
    printMachine()
    const server = await startServer([], clock.environment)
    const product = await startProduct(
      { ...clock.environment, ...INTERVALS, DATABASE_URL: await server.migrated(), LOG_FORMAT: 'json' },
      noteWarning,
    )
    // the demo has a database of its own
    const db = createDatabase(product.databaseUrl, { max: 1, applicationName: 'peerwatch-soak' })
    const streams = await openStreams(product.url, WALLS)
    try {
      clock.run(SPEED)
      await delay(SETTLE_MS)
      await soak()
    } finally {
      streams.close()
      await db.close()
      await product.stop()
      await server.stop()
    }

    async function soak(): Promise<void> {
      const from = await virtualNow()
      const samples: Sample[] = []
      print(header())
      for (let next = from; ; next += EVERY_MINUTES * 60_000) {
        await delay(Math.max(0, next - (await virtualNow())) / SPEED)
        const sample = await take(((await virtualNow()) - from) / DAY_MS)
        samples.push(sample)
        print(lineOf(sample, samples[0] ?? sample))
        if (sample.day >= DAYS) break
      }
      printGrowth(samples)
      print(`streams still open: ${streams.stillOpen()} of ${WALLS}, changes sent: ${streams.changes()}`)
      for (const { name, achieved, counted, bad } of await list<SloStatus>(product.url, 'slos'))
        print(
          `${name}: ${achieved === null ? 'unknown' : `${(achieved * 100).toFixed(2)} %`} (${bad} of ${counted} bad)`,
        )
      for (const [text, times] of [...warnings].toSorted(([, a], [, b]) => b - a)) print(`${times} times: ${text}`)
      if (values.picture) writeFileSync(values.picture, drawn(samples))
      printMachine()
    }

    async function virtualNow(): Promise<number> {
      const { rows } = await db.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now')
      return rows[0]?.now.getTime() ?? 0
    }

    async function take(day: number): Promise<Sample> {
      const processes = sampleProcesses(product.dataDir, server.pid)
      const { rows } = await db.pool.query<{ polls: number; events: number; disk: number }>(
        'SELECT pg_database_size(current_database()) / 1048576.0::float8 AS disk, (SELECT coalesce(sum(polls), 0)::int FROM poll_state) AS polls, (SELECT count(*)::int FROM event) AS events',
      )
      const times: number[] = []
      for (const question of QUESTIONS.flatMap((one) => Array<string>(ASKED).fill(one))) {
        const begun = performance.now()
        const answer = await fetch(`${product.url}/api/v1/${question}`)
        await answer.arrayBuffer()
        if (answer.ok) times.push(performance.now() - begun)
      }
      const { polls = 0, events = 0, disk = 0 } = rows[0] ?? {}
      return { day, processes, disk, polls, events, answer: quantile(times, 0.5) ?? NaN }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function noteWarning(line: string): void {
  if (!line.startsWith('{')) return
  const { level, component, msg } = JSON.parse(line) as { level: number; component?: string; msg?: string }
  if (level < WARNING) return
  const text = `${component}: ${msg}`
  warnings.set(text, (warnings.get(text) ?? 0) + 1)
}

function header(): string {
  return `days  ${processNames.map((name) => `${name} MB/descriptors/CPU s a day`).join('  ')}  disk MB  polls  events  answer ms`
}

function lineOf({ day, processes, disk, polls, events, answer }: Sample, first: Sample): string {
  const parts = processNames.map((name) => {
    const [now, before] = [processes[name], first.processes[name]]
    if (!now) return `${name} does not run`
    const restarted = before && before.pid !== now.pid ? ' restarted' : ''
    const cpu = before && day > first.day ? ((now.cpu - before.cpu) / (day - first.day)).toFixed(0) : '-'
    return `${now.memory.toFixed(0)}/${now.descriptors}/${cpu}${restarted}`
  })
  return `${day.toFixed(2)}  ${parts.join('  ')}  ${disk.toFixed(0)}  ${polls}  ${events}  ${answer.toFixed(0)}`
}

/** Of every process, in the order of their names. */
const seriesOf = (samples: readonly Sample[], of: (one: ProcessSample) => number): Drawn[] =>
  processNames.map((name) => ({
    name,
    points: samples.flatMap(({ day, processes }) => {
      const process = processes[name]
      return process ? [{ day, value: of(process) }] : []
    }),
  }))

const oneSeries = (samples: readonly Sample[], name: string, of: (one: Sample) => number): Drawn => ({
  name,
  points: samples.map((sample) => ({ day: sample.day, value: of(sample) })),
})

const panels = (samples: readonly Sample[]): Panel[] => [
  { title: 'Memory, MB', series: seriesOf(samples, ({ memory }) => memory) },
  { title: 'Open descriptors', series: seriesOf(samples, ({ descriptors }) => descriptors) },
  { title: 'Database, MB', series: [oneSeries(samples, 'disk', ({ disk }) => disk)] },
  { title: 'A question, real ms', series: [oneSeries(samples, 'median', ({ answer }) => answer)] },
]

function printGrowth(samples: readonly Sample[]): void {
  for (const { title, series } of panels(samples)) {
    const each = series.map(({ name, points }) => {
      const [growth, most] = [settledGrowth(points), Math.max(...points.map(({ value }) => value))]
      return `${name} ${growth === null ? 'unknown' : growth.toFixed(2)} a day (most ${most.toFixed(0)})`
    })
    print(`${title}: ${each.join(', ')}`)
  }
}

const drawn = (samples: readonly Sample[]) =>
  picture(`${DAYS} days of the built-in estate at ${SPEED} times the speed`, panels(samples))

await main()
