/**
 * A router whose sessions all go and come back: `npm run bench bounce [--peers=100] [--routes=3000] [--seconds=40]`. A plain sender of an FRR's
 * messages, one for each route, connects to `npm run bmp`. All sessions end within a second and come back one after the other in so many seconds, each
 * with all its routes. Meanwhile one that is back ends every second, and comes back: measured is from when its Peer Down was written until the
 * database shows it, asked every 5 ms; when everything is recorded; and the station's memory.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { freePort } from '#lib/platform/bootstrap/postgres.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { print } from './history/figures.ts'
import { memoryOf } from './history/process-memory.ts'
import { withServer } from './history/server.ts'
import { startStation } from './router-faults/station-process.ts'
import { about, bytes, frr, neighborOf, routeMonitoring, untilSo } from './router-station/sender.ts'
import { quantile } from './screens/figures.ts'

const { values } = parseArgs({
  options: {
    peers: { type: 'string', default: '100' },
    routes: { type: 'string', default: '3000' },
    seconds: { type: 'string', default: '40' },
  },
})
const [peers, routes, seconds] = [Number(values.peers), Number(values.routes), Number(values.seconds)]
const [up, down] = [bytes(frr.peerUp), bytes(frr.downByRemoteReset)]
const table = Array.from({ length: routes }, (_, n) => routeMonitoring(n, false))
const withTable = (n: number) => Buffer.concat([up, ...table].map((message) => about(n, message)))
const TICK_MS = 100
const EVERY_MS = 1_000

await withServer(async (open) => {
  const db = await open()
  const asking = createDatabase(db.url, { max: 1, applicationName: 'peerwatch-bench' })
  const port = await freePort()
  const station = await startStation({ DATABASE_URL: db.url, BMP_LISTEN: `127.0.0.1:${port}`, DATA_DIR: tmpdir() })
  try {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    await once(socket, 'connect')
    const ended = once(socket, 'close').then(() => Promise.reject(new Error('the station ended the connection')))
    ended.catch(() => undefined)
    let isSendable = true
    socket.on('drain', () => (isSendable = true))
    const send = (message: Buffer) => void (isSendable = socket.write(message))
    const numberOf = async (sql: string) => (await db.pool.query<{ n: number }>(sql)).rows[0]?.n ?? 0
    const present = () => numberOf('SELECT count(*)::int AS n FROM router_route WHERE attributes_id IS NOT NULL')
    const gone = () => numberOf("SELECT count(*)::int AS n FROM router_route_interval WHERE ended = 'sessionDown'")
    const all = async (wanted: number) => (await gone()) === wanted && (await present()) === peers * routes
    const recorded = (wanted: number) =>
      Promise.race([
        untilSo('every route is recorded', () => all(wanted).then(async (is) => (is || (await delay(200)), is))),
        ended,
      ])
    print(`bounce, ${new Date().toISOString()}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}`)

    let from = performance.now()
    send(bytes(frr.initiation))
    for (let n = 0; n < peers; n++) send(withTable(n))
    await recorded(0)
    print(
      `${peers} peers x ${routes} routes at once: recorded after ${((performance.now() - from) / 1_000).toFixed(1)} s`,
    )

    from = performance.now()
    for (let n = 0; n < peers; n++) send(about(n, down))
    await delay(1_000)
    const falls: { shown: number; arrived: number }[] = []
    /** Asks until the database shows that a session fell. */
    const fall = async (n: number) => {
      const sentAt = Date.now()
      send(about(n, down))
      for (;;) {
        const { rows } = await asking.pool.query<{ at: Date; state: string }>(
          `SELECT s.state, s.first_present AS at FROM router_session s WHERE s.neighbor = $1`,
          [neighborOf(n)],
        )
        const [session] = rows
        if (session?.state === 'down' && session.at.getTime() >= sentAt - 1) {
          falls.push({ shown: Date.now() - sentAt, arrived: session.at.getTime() - sentAt })
          break
        }
        await delay(5)
      }
      send(withTable(n))
    }
    let back = 0
    let next = from + 1_000 + EVERY_MS
    let falling = Promise.resolve()
    const start = performance.now()
    while (back < peers) {
      const due = Math.min(peers, Math.floor(((performance.now() - start) / (1_000 * seconds)) * peers) + 1)
      if (back < due && isSendable) send(withTable(back++))
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
    const text = (of: readonly number[]) =>
      [0.5, 1].map((share) => (quantile(of, share) ?? Number.NaN).toFixed(0)).join(', ')
    print(`all gone and back within ${(sentMs / 1_000).toFixed(1)} s: recorded after ${(tookMs / 1_000).toFixed(1)} s`)
    print(`  ${falls.length} Peer Downs meanwhile: shown after p50, most: ${text(falls.map(({ shown }) => shown))} ms`)
    print(`  their arrival p50, most: ${text(falls.map(({ arrived }) => arrived))} ms`)
    print(`  memory of the station, at most: ${memoryOf(station.pid ?? 0).VmHWM.toFixed(0)} MB`)
    socket.destroy()
  } finally {
    await asking.close()
    station.kill('SIGTERM')
    await once(station, 'exit')
  }
})
