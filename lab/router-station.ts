/**
 * Measures a station with fifty routers, one of which sends 10,000 prefixes in two views: `npm run bench router-station
 * [--routers=50] [--prefixes=10000]`. Senders of an FRR's recorded messages connect to `npm run bmp` from different
 * addresses of this machine. Prints the time from writing a Peer Down to its recorded arrival, first while nothing else
 * arrives and then while the prefixes arrive; the time until the prefixes are recorded; and the station's memory.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { readReportingRouters, readReportedSessions } from '#lib/history/index.ts'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { printBenchLine } from './history/figures.ts'
import { runWithBenchPostgresServer } from './history/server.ts'
import { startStation } from './router-faults/station-process.ts'
import {
  parseHexAsBuffer,
  recordedFrrBmpMessages,
  residentMb,
  routeMonitoring,
  untilSo,
} from './router-station/sender.ts'
import { computeSampleQuantile } from './screens/figures.ts'

const { values } = parseArgs({
  options: { routers: { type: 'string', default: '50' }, prefixes: { type: 'string', default: '10000' } },
})
const routers = Number(values.routers)
const prefixes = Number(values.prefixes)
const text = (all: readonly number[]) =>
  [0.5, 0.95, 1].map((share) => (computeSampleQuantile(all, share) ?? Number.NaN).toFixed(0)).join(', ')

await runWithBenchPostgresServer(async (open) => {
  const db = await open()
  const port = await findFreePort()
  const station = await startStation({
    DATABASE_URL: db.url,
    BMP_LISTEN: `127.0.0.1:${port}`,
    DATA_DIR: tmpdir(),
  })
  try {
    const before = residentMb(station)
    const sockets: Socket[] = []
    for (let n = 0; n < routers; n++) {
      const socket = connect({ host: '127.0.0.1', port, localAddress: `127.0.1.${n + 1}`, noDelay: true })
      await once(socket, 'connect')
      socket.write(
        Buffer.concat([
          parseHexAsBuffer(recordedFrrBmpMessages.initiation),
          parseHexAsBuffer(recordedFrrBmpMessages.peerUp),
        ]),
      )
      sockets.push(socket)
    }
    const sessions = async (state: 'up' | 'down') => {
      const all = await readReportedSessions(db.pool)
      return all.filter((one) => one.state === state)
    }
    await untilSo('every session is up', async () => (await sessions('up')).length === routers)
    printBenchLine(
      `router-station, ${new Date().toISOString()}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
    )

    const sent = new Map<string, number>()
    const end = (n: number) => {
      sent.set(`127.0.1.${n + 1}`, Date.now())
      sockets[n]?.write(parseHexAsBuffer(recordedFrrBmpMessages.downByRemoteReset))
    }
    /** Returns the milliseconds from writing each Peer Down to its recorded arrival. */
    const delays = async (of: readonly number[]) => {
      await untilSo('every end is recorded', async () => (await sessions('down')).length >= sent.size)
      const names = new Map((await readReportingRouters(db.pool)).map(({ id, address }) => [id, address]))
      return (await sessions('down')).flatMap(({ routerId, since }) => {
        const address = names.get(routerId) ?? ''
        const isOf = of.some((n) => address === `127.0.1.${n + 1}`)
        return isOf ? [(since?.latest ?? Number.NaN) - (sent.get(address) ?? Number.NaN)] : []
      })
    }
    const [busy, ...others] = [...sockets.keys()]
    const half = others.length / 2
    const [quiet, meanwhile] = [others.slice(0, half), others.slice(half)]
    for (const n of quiet) {
      end(n)
      await delay(10)
    }
    printBenchLine(
      `${routers} routers, one Peer Down after the other: arrival p50, p95, most: ${text(await delays(quiet))} ms`,
    )

    const all = [false, true].flatMap((isPost) =>
      Array.from({ length: prefixes }, (_, n) => routeMonitoring(n, isPost)),
    )
    const from = performance.now()
    sockets[busy ?? 0]?.write(Buffer.concat(all))
    for (const n of meanwhile) {
      end(n)
      await delay(20)
    }
    let most = residentMb(station)
    await untilSo('every route is recorded', async () => {
      most = Math.max(most, residentMb(station))
      const { rows } = await db.pool.query<{ n: number }>('SELECT count(*)::int AS n FROM router_route')
      return rows[0]?.n === 2 * prefixes
    })
    const tookMs = performance.now() - from
    printBenchLine(`${prefixes} prefixes in two views: recorded after ${(tookMs / 1_000).toFixed(1)} s`)
    printBenchLine(`  Peer Down of others meanwhile: arrival p50, p95, most: ${text(await delays(meanwhile))} ms`)
    printBenchLine(`  memory of the station: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most`)
    for (const socket of sockets) socket.destroy()
  } finally {
    station.kill('SIGTERM')
    await once(station, 'exit')
  }
})
