/**
 * Fifty routers at one station, and one of them with 10,000 prefixes in two views: `npm run bench router-station [--routers=50] [--prefixes=10000]`.
 * Senders of an FRR's recorded messages connect to `npm run bmp` from addresses of this machine. Measured is from when a Peer Down was written to the
 * arrival that is recorded, while nothing else arrives and while the prefixes do; how long these take to be recorded; and the station's memory.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { listRouters, reportedSessions } from '#lib/history/index.ts'
import { freePort } from '#lib/platform/bootstrap/postgres.ts'
import { print } from './history/figures.ts'
import { memoryOf } from './history/process-memory.ts'
import { withServer } from './history/server.ts'
import { startStation } from './router-faults/station-process.ts'
import { quantile } from './screens/figures.ts'

const { values } = parseArgs({
  options: { routers: { type: 'string', default: '50' }, prefixes: { type: 'string', default: '10000' } },
})
const routers = Number(values.routers)
const prefixes = Number(values.prefixes)
/** What an FRR 8.4.4 sent. */
const frr = {
  initiation: '0300000020040001000f4652526f7574696e6720382e342e3400020003636541',
  peerUp:
    '03000000d00300000000000000000000000000000000000000000000c000026200002f2c0a0004046b01341a000cb322000000000000000000000000c0000261961600b3ffffffffffffffffffffffffffffffff005f0104fdf200b40aff0001420206010400010001020280000202020002024600020641040000fdf202020600020645040001010102074905036365410002044002c0780209470700010180000000ffffffffffffffffffffffffffffffff002d01042f2c00b40a00040410020e0104000100010200410400002f2c',
  announcement:
    '030000006b0000400000000000000000000000000000000000000000c000026200002f2c0a0004046b013421000cb322ffffffffffffffffffffffffffffffff003b0200000021400101005002001202040000fdf200002f2c00002f2c0000ffeb400304c0000262100a0a',
  downByRemoteReset:
    '03000000460200000000000000000000000000000000000000000000c000026200002f2c0a0004046b01342d000cb32203ffffffffffffffffffffffffffffffff0015030604',
}
const bytes = (hex: string) => Buffer.from(hex, 'hex')
/** Offsets in a message: its length, the flags of the neighbor, and the length of the BGP message in it (RFC 7854 sections 4.1 and 4.2). */
const [LENGTH, FLAGS, BGP_LENGTH] = [1, 7, 64] as const
const POST_POLICY = 0x40

/** FRR's message about 10.10.0.0/16, for the n-th /24 of 10.0.0.0/8. */
function routeMonitoring(n: number, isPostPolicy: boolean): Buffer {
  const recorded = bytes(frr.announcement)
  const message = Buffer.concat([recorded.subarray(0, -3), Buffer.from([24, 10, (n >> 8) & 0xff, n & 0xff])])
  message.writeUInt32BE(message.length, LENGTH)
  message.writeUInt16BE(recorded.readUInt16BE(BGP_LENGTH) + 1, BGP_LENGTH)
  message[FLAGS] = isPostPolicy ? POST_POLICY : 0
  return message
}

async function untilSo(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 300_000
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`not within 300 s: ${what}`)
    await delay(20)
  }
}

const residentMb = ({ pid }: ChildProcess) => memoryOf(pid ?? 0).VmRSS
const text = (all: readonly number[]) =>
  [0.5, 0.95, 1].map((share) => (quantile(all, share) ?? Number.NaN).toFixed(0)).join(', ')

await withServer(async (open) => {
  const db = await open()
  const port = await freePort()
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
      socket.write(Buffer.concat([bytes(frr.initiation), bytes(frr.peerUp)]))
      sockets.push(socket)
    }
    const sessions = async (state: 'up' | 'down') => {
      const all = await reportedSessions(db.pool)
      return all.filter((one) => one.state === state)
    }
    await untilSo('every session is up', async () => (await sessions('up')).length === routers)
    print(`router-station, ${new Date().toISOString()}, ${cpus().length} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}`)

    const sent = new Map<string, number>()
    const end = (n: number) => {
      sent.set(`127.0.1.${n + 1}`, Date.now())
      sockets[n]?.write(bytes(frr.downByRemoteReset))
    }
    /** From writing to the recorded arrival, milliseconds. */
    const delays = async (of: readonly number[]) => {
      await untilSo('every end is recorded', async () => (await sessions('down')).length >= sent.size)
      const names = new Map((await listRouters(db.pool)).map(({ id, address }) => [id, address]))
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
    print(`${routers} routers, one Peer Down after the other: arrival p50, p95, most: ${text(await delays(quiet))} ms`)

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
    print(`${prefixes} prefixes in two views: recorded after ${(tookMs / 1_000).toFixed(1)} s`)
    print(`  Peer Down of others meanwhile: arrival p50, p95, most: ${text(await delays(meanwhile))} ms`)
    print(`  memory of the station: ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most`)
    for (const socket of sockets) socket.destroy()
  } finally {
    station.kill('SIGTERM')
    await once(station, 'exit')
  }
})
