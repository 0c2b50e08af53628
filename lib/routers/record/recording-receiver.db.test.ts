import { setTimeout as delay } from 'node:timers/promises'
import type { PoolClient } from 'pg'
import { afterEach, beforeAll, expect, it, vi } from 'vitest'
import { BmpDecoder } from '#lib/routers/bmp/codec/decoder.ts'
import { bytesOfHex } from '#lib/routers/bmp/codec/testing/hex.ts'
import { frrBmpMessageBytes } from '#lib/routers/bmp/codec/testing/router-bytes.ts'
import { readReportingRouters, saveThresholdsAsNewVersion } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { CHANGES_NOTIFY_CHANNEL } from '#lib/platform/notifications/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { BmpRecordingReceiver } from './recording-receiver.ts'
import { listRouterSessions } from '../store/index.ts'

const db = withTestDatabase()
const receivers: BmpRecordingReceiver[] = []
const RETURNS_MS = 10
beforeAll(async () => {
  const changed = { 'router.returns': RETURNS_MS }
  await db.transaction((client) => saveThresholdsAsNewVersion(client, { changed, expected: 0, by: 'test', note: '' }))
})
afterEach(() => {
  vi.restoreAllMocks()
  receivers.splice(0).forEach((receiver) => receiver.stop())
})

/** Simulates connections that are processed one at a time. A router connects with its Initiation. */
function connections(address = '10.20.0.7') {
  const receiver = new BmpRecordingReceiver(db, createComponentLogger('bmp'))
  receivers.push(receiver)
  const connect = (id: number, openedAt: number) => {
    const end = vi.fn<(failure: unknown) => void>()
    const connection = { id, protocol: 'bmp' as const, address, port: 40_000 + id, openedAt, end }
    const decoder = new BmpDecoder()
    /** Passes on messages without waiting until they are recorded in several transactions. */
    const hand = (at: number, ...messages: string[]) =>
      receiver.messages(
        connection,
        messages.flatMap((hex) => [...decoder.push(bytesOfHex(hex))]).map((message) => ({ at, message })),
      )
    const send = async (at: number, ...messages: string[]) => {
      await hand(at, ...messages)
      await receiver.settled()
    }
    const close = (at: number) => receiver.closed(connection, { at, lastDataAt: at, reason: 'closed', detail: '' })
    return { send, hand, close, end }
  }
  return connect
}

async function observed() {
  const [router] = await readReportingRouters(db.pool)
  const { rows } = await db.pool.query<{ state: string; ended: string | null }>(
    `SELECT s.state, c.ended FROM router_session s JOIN router_connection c ON c.id = s.connection_id
     WHERE s.router_id = $1 AND s.neighbor = '192.0.2.98'`,
    [router?.id],
  )
  return rows.map(({ state, ended }) => `${state} ${ended ?? 'observed'}`).join(', ')
}

it('of two connections of a router the newer one speaks, and the end of neither hides what the other reports', async () => {
  const connect = connections()
  const at = Date.now() - 100_000
  const older = connect(1, at)
  await older.send(at, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  const newer = connect(2, at + 10_000)
  await newer.send(at + 10_000, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  // late messages of the older connection do not count
  await older.send(
    at + 20_000,
    frrBmpMessageBytes.downByConnection,
    frrBmpMessageBytes.peerUp,
    frrBmpMessageBytes.downByConnection,
  )
  expect(await observed()).toBe('up observed')
  await older.close(at + 30_000)
  expect(await observed()).toBe('up observed')

  const third = connect(3, at + 40_000)
  await third.send(at + 40_000, frrBmpMessageBytes.initiation)
  await newer.send(at + 41_000, frrBmpMessageBytes.downByConnection)
  expect(await observed()).toBe('down observed')
  await third.send(at + 42_000, frrBmpMessageBytes.peerUp)
  await third.close(at + 43_000)
  expect(await observed()).toBe('up observed')
  await newer.send(at + 44_000, frrBmpMessageBytes.downByConnection)
  expect(await observed()).toBe('down observed')
  await newer.close(at + 45_000)
  expect(await observed()).toBe('down closed')

  const router = (await readReportingRouters(db.pool))[0]
  expect(await listRouterSessions(db.pool, router?.id ?? 0)).toHaveLength(1)
})

it('has Azure asked about the sessions of a router that falls silent, and of none that another connection reports', async () => {
  const connect = connections()
  const at = Date.now() - 50_000
  const said: string[] = []
  const client = await db.pool.connect()
  client.on('notification', ({ payload = '' }) => said.push(payload))
  await client.query(`LISTEN ${CHANGES_NOTIFY_CHANNEL}`)
  const older = connect(21, at)
  await older.send(at, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  const newer = connect(22, at + 1_000)
  await newer.send(at + 1_000, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  await client.query('SELECT')
  said.length = 0
  await older.close(at + 2_000)
  await client.query('SELECT')
  expect(said).toEqual([])
  await newer.close(at + 3_000)
  await client.query('SELECT')
  const once = [expect.arrayContaining(['routers'])]
  const topics = () => said.map((one) => JSON.parse(one).topics)
  expect(topics()).toEqual(once)
  // the change is reported once more, because the router does not connect again
  await vi.waitFor(async () => {
    await client.query('SELECT')
    expect(topics()).toEqual([...once, ...once])
  }, 30_000)
  const [first, second] = said.map((one) => Date.parse(JSON.parse(one).at))
  // the configured time, and one second for the hand-over
  expect((second ?? 0) - (first ?? 0)).toBe(RETURNS_MS + 1_000)

  const again = connect(23, at + 5_000)
  await again.send(at + 5_000, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  await again.close(at + 6_000)
  const back = connect(24, at + 6_100)
  await back.send(at + 6_100, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  said.length = 0
  await delay(3_000)
  await client.query('SELECT')
  expect(said).toEqual([])
  await client.query('UNLISTEN *')
  client.release()
})

/** Returns the n-th of 65,536 advertisements. */
const announced = (n: number) => `${frrBmpMessageBytes.announcement.slice(0, -4)}${n.toString(16).padStart(4, '0')}`

async function counted() {
  const { rows } = await db.pool.query<{ routes: number; falls: number }>(
    `SELECT (SELECT count(*)::int FROM router_route) AS routes, (SELECT count(*)::int FROM router_session WHERE state = 'down') AS falls`,
  )
  return rows[0] ?? { routes: 0, falls: 0 }
}

/** Records the stored numbers after each commit. */
function recordCommits(beforeFirst: (client: PoolClient) => Promise<void> = async () => undefined) {
  const transaction = db.transaction.bind(db)
  const kept: Awaited<ReturnType<typeof counted>>[] = []
  let isFirst = true
  vi.spyOn(db, 'transaction').mockImplementation(async (work) => {
    const result = await transaction(async (client) => {
      const done = await work(client)
      if (isFirst) {
        isFirst = false
        await beforeFirst(client)
      }
      return done
    })
    kept.push(await counted())
    return result
  })
  return kept
}

it('a batch that PostgreSQL ended is tried again in halves, and recorded whole', async () => {
  const at = Date.now() - 60_000
  const { send, close } = connections()(9, at)
  await send(at, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  const kept = recordCommits(async (client) => {
    await client.query("SET LOCAL idle_in_transaction_session_timeout = '5ms'")
    await new Promise((resolve) => setTimeout(resolve, 200))
    await client.query('SELECT')
  })
  await send(at + 1_000, ...Array.from({ length: 2_500 }, (_, n) => announced(n)))
  expect(kept[0]?.routes).toBe(250)
  expect(kept.at(-1)?.routes).toBe(2_500)
  await close(at + 2_000)
})

it('a Peer Down does not wait for the routes before it, and takes all of them', async () => {
  const at = Date.now() - 60_000
  const { send, hand, close } = connections('10.20.0.8')(10, at)
  await send(at, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  const before = await counted()
  const kept = recordCommits()
  await hand(at + 1_000, ...Array.from({ length: 3_000 }, (_, n) => announced(n)), frrBmpMessageBytes.downByConnection)
  await close(at + 2_000)
  const fallen = kept.find(({ falls }) => falls > before.falls)
  expect(fallen?.routes).toBeLessThan(before.routes + 3_000)
  const { rows } = await db.pool.query(
    `SELECT i.ended, count(*)::int AS n, count(DISTINCT i.first_absent)::int AS ends, bool_or(r.attributes_id IS NOT NULL) AS "isThere"
     FROM router_route_interval i JOIN router_route r ON r.id = i.route_id JOIN router_session s ON s.id = r.session_id
     JOIN router ON router.id = s.router_id WHERE router.address = '10.20.0.8' GROUP BY 1`,
  )
  expect(rows).toEqual([{ ended: 'sessionDown', n: 3_000, ends: 1, isThere: false }])
})

it('what was committed without an answer is not recorded twice', async () => {
  const at = Date.now() - 60_000
  const { send, hand, close } = connections('10.20.0.10')(12, at)
  await send(at, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  const transaction = db.transaction.bind(db)
  let tries = 0
  vi.spyOn(db, 'transaction').mockImplementation(async (work) => {
    const result = await transaction(work)
    if (tries++ % 2 === 0 && tries < 6) throw Object.assign(new Error('terminating connection'), { code: '57P01' })
    return result
  })
  const routes = Array.from({ length: 600 }, (_, n) => announced(n))
  await hand(at + 1_000, ...routes, frrBmpMessageBytes.downByConnection, frrBmpMessageBytes.peerUp)
  await close(at + 2_000)
  const router = (await readReportingRouters(db.pool)).find(({ address }) => address === '10.20.0.10')
  const { rows } = await db.pool.query(
    `SELECT s.state, (SELECT jsonb_agg(i.state ORDER BY i.id) FROM router_session_interval i WHERE i.session_id = s.id) AS past,
       (SELECT count(*)::int FROM router_route r JOIN router_route_interval i ON i.route_id = r.id
        WHERE r.session_id = s.id AND r.attributes_id IS NULL AND i.ended = 'sessionDown') AS ended
     FROM router_session s WHERE s.router_id = $1`,
    [router?.id],
  )
  expect(rows).toEqual([{ state: 'up', past: ['up', 'down'], ended: 600 }])
})

it('a station that stops in a hurry records no more, and says up to when it did', async () => {
  const at = Date.now() - 60_000
  const receiver = connections('10.20.0.11')(13, at)
  await receiver.send(at, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  const { routes } = await counted()
  await receiver.hand(at + 1_000, ...Array.from({ length: 1_500 }, (_, n) => announced(n)))
  receivers.at(-1)?.stop()
  await receiver.close(at + 2_000)
  expect((await counted()).routes).toBeLessThan(routes + 1_500)
  const router = (await readReportingRouters(db.pool)).find(({ address }) => address === '10.20.0.11')
  expect(router?.connection).toMatchObject({ to: at + 999, ended: 'closed' })
})

it('of a connection whose reports can not be recorded nothing is known since the last that was', async () => {
  const at = Date.now() - 60_000
  const { send, hand, close, end } = connections('10.20.0.9')(11, at)
  await send(at, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
  vi.spyOn(db, 'transaction').mockRejectedValueOnce(new Error('more than it takes'))
  await hand(at + 1_000, announced(1))
  await hand(at + 2_000, announced(2))
  await close(at + 3_000)
  expect(end).toHaveBeenCalledWith(new Error('more than it takes'))
  const router = (await readReportingRouters(db.pool)).find(({ address }) => address === '10.20.0.9')
  expect(router?.connection.to).toBe(at)
})
