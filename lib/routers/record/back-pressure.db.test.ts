import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { afterEach, expect, it, vi } from 'vitest'
import { createComponentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { bgpMessage } from '#lib/routers/bmp/codec/testing/encode-bgp.ts'
import { startStation } from '#lib/routers/bmp/index.ts'
import type { RouterQueueLimits } from './router-queue.ts'
import { BmpRecordingReceiver } from './recording-receiver.ts'
import { openTestBgpSession } from './testing/routers.ts'

const db = withTestDatabase()
const MB = 2 ** 20
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
  await db.pool.query('TRUNCATE router CASCADE')
})

async function station(limits: RouterQueueLimits) {
  const receiver = new BmpRecordingReceiver(db, createComponentLogger('bmp'), { limits })
  const allow = [{ address: '127.0.0.0', length: 8 }]
  const collector = { asn: 64_999, holdSeconds: 600 }
  const bgp = await startStation({ host: '127.0.0.1', port: 0, allow, collector }, receiver)
  ends.push(() => receiver.stop(), bgp.stop)
  return { receiver, port: bgp.port }
}

/** Locks the routes of all routers, so that recording waits. */
async function lockRoutes(): Promise<PoolClient> {
  const client = await db.pool.connect()
  await client.query('BEGIN')
  await client.query('LOCK TABLE router_route IN ACCESS EXCLUSIVE MODE')
  return client
}

/** Builds an UPDATE of 2 kB with one route and 470 unique communities. */
function largeUpdate(n: number): Uint8Array {
  const communities = Buffer.alloc(4 * 470)
  for (let i = 0; i < 470; i++) communities.writeUInt32BE((((60_000 + n) << 16) | i) >>> 0, 4 * i)
  const head = Buffer.from('400101004002060201 0000fdf24003040a140001d008'.replaceAll(' ', ''), 'hex')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(communities.length)
  const attributes = Buffer.concat([head, length, communities])
  const total = Buffer.alloc(4)
  total.writeUInt16BE(attributes.length, 2)
  return bgpMessage(2, Buffer.concat([total, attributes, Buffer.of(24, 10, n >> 8, n & 255)]))
}

it('stops reading a router at its maximum of bytes while nothing is recorded, and records everything after it', async () => {
  const limits = { router: 6 * MB, all: 12 * MB, share: 4_096 }
  const { receiver, port } = await station(limits)
  const routers = ['127.0.0.21', '127.0.0.22', '127.0.0.23']
  const sockets: Socket[] = []
  for (const address of routers) sockets.push(await openTestBgpSession(address, port, { hostName: address }))
  ends.push(() => sockets.forEach((socket) => socket.destroy()))
  const count = async (table: string) => {
    const { rows } = await db.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)
    return rows[0]?.n
  }
  await vi.waitFor(async () => expect(await count('router_session')).toBe(3), { timeout: 30_000, interval: 50 })
  const lock = await lockRoutes()
  // 600 attribute sets of 30 kB each, which is 18 MB per router
  const updates = 600
  for (const socket of sockets) for (let n = 0; n < updates; n++) socket.write(largeUpdate(n))
  let most = 0
  let isFull = false
  // until the count no longer changes below a maximum, because the remaining data wait in sockets
  for (let same = 0, last = -1; same < 20; ) {
    await delay(50)
    const bytes = receiver.waitingBytes
    most = Math.max(most, bytes)
    same = bytes === last && bytes > 0 ? same + 1 : 0
    last = bytes
    isFull ||= bytes > limits.all - 400 * limits.share - MB
  }
  expect(most).toBeLessThanOrEqual(limits.all)
  expect(isFull).toBe(true)
  await lock.query('COMMIT')
  lock.release()
  const all = routers.length * updates
  await vi.waitFor(async () => expect(await count('router_route')).toBe(all), { timeout: 90_000, interval: 200 })
  await vi.waitFor(() => expect(receiver.waitingBytes).toBe(0), { timeout: 10_000 })
}, 180_000)
