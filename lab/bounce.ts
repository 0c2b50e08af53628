/**
 * Measures a router whose sessions all go down and come back: `npm run bench bounce [--peers=100] [--routes=3000]
 * [--seconds=40]`. A simple sender connects to `npm run bmp` and replays messages of an FRR router, one for each route.
 * All sessions end within a second and come back one after the other over `--seconds`, each with all its routes.
 * Meanwhile one restored session per second ends and comes back. The bench measures the time from writing its Peer Down
 * until the database shows it (queried every 5 ms), the time until everything is recorded, and the station's memory.
 * Then the same run goes to pmacct's pmbmpd, if Debian's `pmacct` is installed. Finally both are queried for tables of
 * sessions at past times.
 */
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { createDatabase } from '#lib/platform/database.ts'
import {
  printBenchLine,
  createRandom,
  formatRunTimeStatistics,
  readTableSizes,
  measureFunctionRunTimes,
  type RunTimeStatistics,
} from './history/figures.ts'
import { endedCpu, postgresCpu, processCpu } from './history/postgres-cpu.ts'
import { readProcessMemoryMb } from './history/process-memory.ts'
import { runWithBenchPostgresServer } from './history/server.ts'
import { startStation } from './router-faults/station-process.ts'
import { PmacctBmpCollector } from './router-station/pmbmpd.ts'
import {
  replaceNeighborInBmpMessage,
  parseHexAsBuffer,
  recordedFrrBmpMessages,
  getNthNeighborAddress,
  getNthRoutePrefix,
  routeMonitoring,
  untilSo,
} from './router-station/sender.ts'
import { computeSampleQuantile } from './screens/figures.ts'
import { readRouterRoutes } from '#lib/routers/store/index.ts'

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '100' },
    routes: { type: 'string', default: '3000' },
    seconds: { type: 'string', default: '40' },
  },
})
const [peers, routes, seconds] = [Number(values.peers), Number(values.routes), Number(values.seconds)]
const [up, down] = [
  parseHexAsBuffer(recordedFrrBmpMessages.peerUp),
  parseHexAsBuffer(recordedFrrBmpMessages.downByRemoteReset),
]
const table = Array.from({ length: routes }, (_, n) => routeMonitoring(n, false))
const withTable = (n: number) =>
  Buffer.concat([up, ...table].map((message) => replaceNeighborInBmpMessage(n, message, Date.now())))
const TICK_MS = 100
const EVERY_MS = 1_000
const QUESTIONS = 100
/**
 * Minimum distance in milliseconds between a queried time and any message about the session, so that the true table at
 * that time is certain.
 */
const CALM_MS = 1_500
const TABLES = [
  'router_route',
  'router_route_interval',
  'router_route_attributes',
  'router_session',
  'router_session_interval',
]

/** Receiver of the messages. */
interface Station {
  name: string
  port: number
  /**
   * Reports whether all routes are recorded as present, and whether the number of routes that were recorded as removed
   * is `gone`.
   */
  hasAll: (gone: number) => Promise<boolean>
  /** Returns the recorded arrival time of a Peer Down sent at a time; null = not visible yet. */
  fellAt: (n: number, sentAt: number) => Promise<number | null>
  /** Returns the CPU seconds used so far. */
  cpu: () => Promise<{ own: number; postgres: number }>
  pid: number
  bytes: () => Promise<number>
  /** Returns the prefixes in the table of session `n` at a time; null = the receiver reports the table as uncertain. */
  tableAt: (n: number, at: number) => Promise<ReadonlySet<string> | null>
  /** Measures the duration of queries, including the CPU time of every process that works for them. */
  timed: (ask: readonly Question[]) => Promise<RunTimeStatistics>
}
interface Question {
  n: number
  at: number
}
/** Times at which a session truly started or ended, oldest first. */
type Sent = { at: number; isUp: boolean }[]

await runWithBenchPostgresServer(async (open, postmaster) => {
  const db = await open()
  const asking = createDatabase(db.url, { max: 1, applicationName: 'peerwatch-bench' })
  await asking.pool.query('SET max_parallel_workers_per_gather = 0')
  const port = await findFreePort()
  const process = await startStation({ DATABASE_URL: db.url, BMP_LISTEN: `127.0.0.1:${port}`, DATA_DIR: tmpdir() })
  const numberOf = async (sql: string, given: unknown[] = []) =>
    (await asking.pool.query<{ n: number }>(sql, given)).rows[0]?.n ?? 0
  const tableAt = async (n: number, at: number) => {
    const id = await numberOf('SELECT id AS n FROM router_session WHERE neighbor = $1', [getNthNeighborAddress(n)])
    const spans = await readRouterRoutes(asking.pool, id, { from: at, to: at, limit: 10 * routes, views: ['adjInPre'] })
    const isCertain = spans.every(({ from, to }) => from.latest <= at && (to?.earliest ?? at) >= at)
    return isCertain ? new Set(spans.map(({ prefix }) => prefix)) : null
  }
  const ours: Station = {
    name: 'Peerwatch',
    port,
    pid: process.pid ?? 0,
    async hasAll(gone) {
      const ended = "SELECT count(*)::int AS n FROM router_route_interval WHERE ended = 'sessionDown'"
      const there = 'SELECT count(*)::int AS n FROM router_route WHERE attributes_id IS NOT NULL'
      return (await numberOf(ended)) === gone && (await numberOf(there)) === peers * routes
    },
    async fellAt(n, sentAt) {
      const { rows } = await asking.pool.query<{ at: Date; state: string }>(
        `SELECT s.state, s.first_present AS at FROM router_session s WHERE s.neighbor = $1`,
        [getNthNeighborAddress(n)],
      )
      const [session] = rows
      return session?.state === 'down' && session.at.getTime() >= sentAt - 1 ? session.at.getTime() : null
    },
    async cpu() {
      const { rows } = await asking.pool.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'peerwatch-bench'",
      )
      const watching = rows.reduce((sum, { pid }) => sum + processCpu(pid), 0)
      return { own: processCpu(process.pid ?? 0), postgres: postgresCpu(postmaster) - watching }
    },
    async bytes() {
      const { heap, indexes } = await readTableSizes(db, TABLES)
      return heap + indexes
    },
    tableAt,
    timed: (asked) => measureFunctionRunTimes(asking, asked, ({ n, at }) => tableAt(n, at)),
  }
  try {
    printBenchLine(
      `bounce, ${new Date().toISOString()}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
    )
    await play(ours)
  } finally {
    process.kill('SIGTERM')
    await once(process, 'exit')
  }
  await asking.close()
  if (!PmacctBmpCollector.isInstalled) {
    printBenchLine('pmbmpd is not installed: apt-get install pmacct')
    return
  }
  const theirPort = await findFreePort()
  const pmbmpd = new PmacctBmpCollector(theirPort)
  try {
    await play({
      name: 'pmbmpd',
      port: theirPort,
      pid: pmbmpd.pid,
      async hasAll(gone) {
        pmbmpd.follow()
        return pmbmpd.routes === gone + peers * routes
      },
      async fellAt(n, sentAt) {
        pmbmpd.follow()
        const at = pmbmpd.fellAt(getNthNeighborAddress(n)) ?? 0
        return at >= sentAt - 1 ? at : null
      },
      cpu: async () => ({ own: processCpu(pmbmpd.pid), postgres: 0 }),
      bytes: async () => statSync(pmbmpd.log).size,
      tableAt: (n, at) => pmbmpd.tableAt(getNthNeighborAddress(n), at),
      async timed(asked) {
        const before = endedCpu()
        const times = await measureFunctionRunTimes(db, asked, ({ n, at }) =>
          pmbmpd.tableAt(getNthNeighborAddress(n), at),
        )
        return { ...times, cpu: (times.cpu ?? 0) + ((endedCpu() - before) * 1_000) / asked.length }
      },
    })
  } finally {
    await pmbmpd.stop()
  }
})

/** Sends the whole run to a station and prints the measurements. */
async function play(station: Station): Promise<void> {
  printBenchLine(`\n${station.name}`)
  const sent: Sent[] = Array.from({ length: peers }, () => [])
  const socket = await connected(station.port)
  const ended = once(socket, 'close').then(() => Promise.reject(new Error('the station ended the connection')))
  ended.catch(() => undefined)
  let isSendable = true
  socket.on('drain', () => (isSendable = true))
  const send = (message: Buffer) => void (isSendable = socket.write(message))
  const rise = (n: number) => (send(withTable(n)), sent[n]?.push({ at: Date.now(), isUp: true }))
  const end = (n: number) => (
    send(replaceNeighborInBmpMessage(n, down, Date.now())), sent[n]?.push({ at: Date.now(), isUp: false })
  )
  const recorded = (gone: number) =>
    Promise.race([
      untilSo('every route is recorded', () => station.hasAll(gone).then(async (is) => (is || (await delay(200)), is))),
      ended,
    ])
  const before = await station.cpu()

  let from = performance.now()
  send(parseHexAsBuffer(recordedFrrBmpMessages.initiation))
  for (let n = 0; n < peers; n++) rise(n)
  await recorded(0)
  printBenchLine(
    `${peers} peers x ${routes} routes at once: recorded after ${((performance.now() - from) / 1_000).toFixed(1)} s`,
  )

  from = performance.now()
  for (let n = 0; n < peers; n++) end(n)
  await delay(1_000)
  const falls: { shown: number; arrived: number }[] = []
  /** Ends a session and polls until the station shows it. */
  const fall = async (n: number) => {
    const sentAt = Date.now()
    end(n)
    for (;;) {
      const at = await station.fellAt(n, sentAt)
      if (at !== null) {
        falls.push({ shown: Date.now() - sentAt, arrived: at - sentAt })
        break
      }
      await delay(5)
    }
    rise(n)
  }
  let back = 0
  let next = from + 1_000 + EVERY_MS
  let falling = Promise.resolve()
  const start = performance.now()
  while (back < peers) {
    const due = Math.min(peers, Math.floor(((performance.now() - start) / (1_000 * seconds)) * peers) + 1)
    if (back < due && isSendable) rise(back++)
    else await delay(TICK_MS / 10)
    if (performance.now() < next || back < 2) continue
    next += EVERY_MS
    const n = back - 1 - (falls.length % Math.min(back, 10))
    falling = falling.then(() => fall(n))
  }
  await falling
  const sentMs = performance.now() - from
  await recorded((peers + falls.length) * routes)
  const tookMs = performance.now() - from
  const after = await station.cpu()
  const text = (of: readonly number[]) =>
    [0.5, 0.95, 1].map((share) => (computeSampleQuantile(of, share) ?? Number.NaN).toFixed(0)).join(', ')
  printBenchLine(
    `all gone and back within ${(sentMs / 1_000).toFixed(1)} s: recorded after ${(tookMs / 1_000).toFixed(1)} s`,
  )
  printBenchLine(
    `  ${falls.length} Peer Downs meanwhile: shown after p50, p95, most: ${text(falls.map(({ shown }) => shown))} ms`,
  )
  printBenchLine(`  their arrival p50, p95, most: ${text(falls.map(({ arrived }) => arrived))} ms`)
  printBenchLine(`  memory of the station, at most: ${readProcessMemoryMb(station.pid).VmHWM.toFixed(0)} MB`)
  const [own, postgres] = [after.own - before.own, after.postgres - before.postgres]
  printBenchLine(
    `  CPU of all of it: ${(own + postgres).toFixed(1)} s, Postgres ${postgres.toFixed(1)}; kept: ${((await station.bytes()) / 2 ** 20).toFixed(0)} MB`,
  )
  const asked = questionsOf(sent)
  const all = [...Array(routes).keys()].map(getNthRoutePrefix)
  const sum = { right: 0, wrong: 0, uncertain: 0 }
  for (const { n, at } of asked) {
    const isUp = sent[n]?.findLast((one) => one.at <= at)?.isUp ?? false
    const answer = await station.tableAt(n, at)
    const isRight = answer?.size === (isUp ? routes : 0) && (!isUp || all.every((prefix) => answer.has(prefix)))
    sum[answer === null ? 'uncertain' : isRight ? 'right' : 'wrong'] += 1
  }
  printBenchLine(
    `  of ${asked.length} tables as of moments: ${sum.right} right, ${sum.wrong} wrong, ${sum.uncertain} said to be uncertain; ${formatRunTimeStatistics(await station.timed(asked))}`,
  )
  socket.destroy()
}

/** Connects to a port, and retries until a server listens. */
async function connected(port: number): Promise<Socket> {
  for (let left = 100; ; left--) {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    try {
      await once(socket, 'connect')
      return socket
    } catch (error) {
      if (left === 0) throw error
      await delay(100)
    }
  }
}

/** Picks random sessions and times of the run. */
function questionsOf(sent: readonly Sent[]): Question[] {
  const below = createRandom(17)
  const [from, to] = [sent[0]?.[1]?.at ?? 0, Date.now()]
  const asked: Question[] = []
  while (asked.length < QUESTIONS) {
    const [n, at] = [below(peers), from + below(to - from)]
    if (sent[n]?.every((one) => Math.abs(one.at - at) >= CALM_MS)) asked.push({ n, at })
  }
  return asked
}
