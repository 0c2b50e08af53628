import { afterEach, expect, it, vi } from 'vitest'
import { BmpDecoder } from '#lib/routers/bmp/codec/decoder.ts'
import { bytesOfHex } from '#lib/routers/bmp/codec/testing/byte-writer.ts'
import { frr } from '#lib/routers/bmp/codec/testing/router-bytes.ts'
import { listRouters, routerSessions } from '#lib/history/index.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { CHANGES } from '#lib/platform/notifications/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { RecordingReceiver } from './recording-receiver.ts'

const db = withTestDatabase()
const receivers: RecordingReceiver[] = []
afterEach(() => receivers.splice(0).forEach((receiver) => receiver.stop()))

/** What one connection sends at a time; a router connects with its Initiation. */
function connections() {
  const receiver = new RecordingReceiver(db, componentLogger('bmp'))
  receivers.push(receiver)
  const connect = (id: number, openedAt: number) => {
    const connection = { id, address: '10.20.0.7', port: 40_000 + id, openedAt }
    const decoder = new BmpDecoder()
    const send = (at: number, ...messages: string[]) =>
      receiver.messages(
        connection,
        messages.flatMap((hex) => [...decoder.push(bytesOfHex(hex))]).map((message) => ({ at, message })),
      )
    const close = (at: number) => receiver.closed(connection, { at, lastDataAt: at, reason: 'closed', detail: '' })
    return { send, close }
  }
  return connect
}

async function observed() {
  const [router] = await listRouters(db.pool)
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
  await older.send(at, frr.initiation, frr.peerUp)
  const newer = connect(2, at + 10_000)
  await newer.send(at + 10_000, frr.initiation, frr.peerUp)
  // what lags behind on the older one is no news
  await older.send(at + 20_000, frr.downByConnection, frr.peerUp, frr.downByConnection)
  expect(await observed()).toBe('up observed')
  await older.close(at + 30_000)
  expect(await observed()).toBe('up observed')

  const third = connect(3, at + 40_000)
  await third.send(at + 40_000, frr.initiation)
  await newer.send(at + 41_000, frr.downByConnection)
  expect(await observed()).toBe('down observed')
  await third.send(at + 42_000, frr.peerUp)
  await third.close(at + 43_000)
  expect(await observed()).toBe('up observed')
  await newer.send(at + 44_000, frr.downByConnection)
  expect(await observed()).toBe('down observed')
  await newer.close(at + 45_000)
  expect(await observed()).toBe('down closed')

  const router = (await listRouters(db.pool))[0]
  expect(await routerSessions(db.pool, router?.id ?? 0)).toHaveLength(1)
})

it('has Azure asked about the sessions of a router that falls silent, and of none that another connection reports', async () => {
  const connect = connections()
  const at = Date.now() - 50_000
  const said: string[] = []
  const client = await db.pool.connect()
  client.on('notification', ({ payload = '' }) => said.push(payload))
  await client.query(`LISTEN ${CHANGES}`)
  const older = connect(21, at)
  await older.send(at, frr.initiation, frr.peerUp)
  const newer = connect(22, at + 1_000)
  await newer.send(at + 1_000, frr.initiation, frr.peerUp)
  await client.query('SELECT')
  said.length = 0
  await older.close(at + 2_000)
  await client.query('SELECT')
  expect(said).toEqual([])
  await newer.close(at + 3_000)
  await client.query('SELECT')
  expect(said.map((one) => JSON.parse(one).topics)).toEqual([expect.arrayContaining(['routers'])])
  await client.query('UNLISTEN *')
  client.release()
})

it('a batch that PostgreSQL ended is tried again in halves, and recorded whole', async () => {
  const at = Date.now() - 60_000
  const { send, close } = connections()(9, at)
  await send(at, frr.initiation, frr.peerUp)
  const announced = (n: number) => `${frr.announcement.slice(0, -4)}${(0x0b00 + n).toString(16).padStart(4, '0')}`
  const transaction = db.transaction.bind(db)
  const kept: number[] = []
  let isFirst = true
  vi.spyOn(db, 'transaction').mockImplementation((work) =>
    transaction(async (client) => {
      const result = await work(client)
      if (!isFirst) {
        const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM router_route')
        kept.push(rows[0]?.n ?? 0)
        return result
      }
      isFirst = false
      await client.query("SET LOCAL idle_in_transaction_session_timeout = '5ms'")
      await new Promise((resolve) => setTimeout(resolve, 200))
      await client.query('SELECT')
      return result
    }),
  )
  await send(at + 1_000, ...Array.from({ length: 2_500 }, (_, n) => announced(n)))
  vi.restoreAllMocks()
  expect(kept).toEqual([1_000, 2_500])
  await close(at + 2_000)
})
