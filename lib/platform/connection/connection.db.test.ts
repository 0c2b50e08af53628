import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, type Database } from '../database.ts'
import { classifyDatabaseFailure } from '../database-failure.ts'
import { listenToChannel, sendMessageToPostgresChannel } from '../notifications/index.ts'
import { findFreePort } from '../bootstrap/postgres.ts'
import { runWithPrisma } from '../prisma/with-prisma.ts'
import { type PostgresReplicationPair, startServerPair } from '../testing/server-pair.ts'
import { createDatabaseClient, NoHostError } from './index.ts'

let pair: PostgresReplicationPair
const open: Database[] = []

beforeAll(async () => {
  pair = await startServerPair()
})
afterAll(async () => {
  await Promise.all(open.map((db) => db.close()))
  await pair?.stop()
})

const connectTo = (url: string) => {
  const db = createDatabase(url, { max: 3, waitMs: 4_000, applicationName: 'peerwatch-test' })
  open.push(db)
  return db
}

/** Returns the port of the server that an address leads to. */
async function portAt(url: string): Promise<number> {
  const client = createDatabaseClient(url, 'peerwatch-test')
  await client.connect()
  try {
    const { rows } = await client.query<{ port: number }>(`SELECT current_setting('port')::int AS port`)
    return rows[0]?.port ?? 0
  } finally {
    await client.end()
  }
}

/** Starts a proxy between a client and a server that can drop packets. */
async function startNetwork(to: number) {
  const sockets: Socket[] = []
  const server = createServer((near) => {
    const far = connect({ host: '127.0.0.1', port: to })
    sockets.push(near, far)
    for (const socket of [near, far]) socket.on('error', () => {})
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    swallow() {
      server.close()
      for (const socket of sockets) socket.unpipe().pause()
    },
    close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

const swapped = (url: string) => url.replace(/(127\.0\.0\.1:\d+),(127\.0\.0\.1:\d+)/, '$2,$1')

describe('an address with several hosts', () => {
  it.each<{ target: string; expected: 'primary' | 'standby' }>([
    { target: 'any', expected: 'primary' },
    { target: 'read-write', expected: 'primary' },
    { target: 'primary', expected: 'primary' },
    { target: 'read-only', expected: 'standby' },
    { target: 'standby', expected: 'standby' },
    { target: 'prefer-standby', expected: 'standby' },
  ])('leads to the first that is $target', async ({ target, expected }) => {
    const address = pair.address(`target_session_attrs=${target}`)
    expect(await portAt(address)).toBe(pair[expected].port)
    // the same host in the reverse order, except if any host is acceptable
    expect(await portAt(swapped(address))).toBe(target === 'any' ? pair.standby.port : pair[expected].port)
  })

  it('passes over a host where nobody answers', async () => {
    const dead = await findFreePort()
    const address = pair.address('target_session_attrs=read-write').replace('@', `@127.0.0.1:${dead},`)
    expect(await portAt(address)).toBe(pair.primary.port)
  })

  it('takes what there is, where a standby is preferred and none exists', async () => {
    const dead = await findFreePort()
    const url = new URL(pair.primary.url)
    url.searchParams.set('target_session_attrs', 'prefer-standby')
    expect(await portAt(url.href.replace('@', `@127.0.0.1:${dead},`))).toBe(pair.primary.port)
  })

  it('says of each host why it is not taken, and no password', async () => {
    const dead = await findFreePort()
    const url = new URL(pair.standby.url)
    url.searchParams.set('target_session_attrs', 'read-write')
    const refused = portAt(url.href.replace('@', `@127.0.0.1:${dead},`))
    await expect(refused).rejects.toThrow(
      `no host of the database is reachable and takes writes (127.0.0.1:${dead}: connect ECONNREFUSED 127.0.0.1:${dead}; 127.0.0.1:${pair.standby.port}: is a standby)`,
    )
    const error = await refused.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NoHostError)
    expect(classifyDatabaseFailure(error)).toBe('away')
  })

  it('asks no second host where the first refuses who asks', async () => {
    const address = pair.address('target_session_attrs=any').replace(/:[^:@]+@/, ':wrong@')
    await expect(portAt(address)).rejects.toMatchObject({ code: '28P01' })
  })

  it('serves pools, transactions, Prisma and listeners as one host does', async () => {
    const url = pair.address('target_session_attrs=read-write')
    const db = connectTo(url)
    await db.pool.query(
      'CREATE TABLE deployment (key text PRIMARY KEY, value jsonb, updated_at timestamptz DEFAULT now())',
    )
    await db.transaction((client) => client.query(`INSERT INTO deployment (key, value) VALUES ('a', '1')`))
    expect(await runWithPrisma(db.pool, (tables) => tables.$queryRawUnsafe('SELECT key FROM deployment'))).toEqual([
      { key: 'a' },
    ])
    const received = Promise.withResolvers<string>()
    const listener = listenToChannel(url, 'pairs', received.resolve)
    await listener.ready
    await sendMessageToPostgresChannel(db.pool, 'pairs', 'hello')
    expect(await received.promise).toBe('hello')
    await listener.close()
    // sessions have the product's settings on every host
    const { rows } = await db.pool.query(
      `SELECT current_setting('TimeZone') AS zone, current_setting('tcp_keepalives_idle')::int AS idle, current_setting('application_name') AS name`,
    )
    expect(rows).toEqual([{ zone: 'UTC', idle: 10, name: 'peerwatch-test' }])
  })

  it('ends what it asked of a server that vanished, and not what takes long', async () => {
    const network = await startNetwork(pair.primary.port)
    const url = new URL(pair.primary.url)
    url.port = String(network.port)
    const client = createDatabaseClient(url.href, 'peerwatch-test', { silentMs: 150 })
    await client.connect()
    const lost = new Promise<Error>((resolve) => client.on('error', resolve))
    expect((await client.query('SELECT pg_sleep(0.6), 1 AS one')).rows).toMatchObject([{ one: 1 }])
    network.swallow()
    const refused = await client.query('SELECT 2').catch((error: unknown) => error)
    expect(refused).toMatchObject({ message: 'the server does not answer any more', code: 'ETIMEDOUT' })
    expect(classifyDatabaseFailure(refused)).toBe('away')
    await lost
    network.close()
  })

  it('follows the primary to another host: what was acknowledged is there, and writing goes on', async () => {
    await pair.waitForStandby()
    const url = pair.address('target_session_attrs=read-write')
    const db = connectTo(url)
    const reconnected = Promise.withResolvers<void>()
    const listener = listenToChannel(url, 'pairs', () => {}, { onReconnect: reconnected.resolve, retryMs: 20 })
    await listener.ready
    await db.pool.query('CREATE TABLE written (n int PRIMARY KEY)')
    const acknowledged: number[] = []
    let ended = false
    const writing = (async () => {
      for (let n = 0; !ended; n += 1) {
        try {
          await db.transaction((client) => client.query('INSERT INTO written VALUES ($1)', [n]))
          acknowledged.push(n)
        } catch (error) {
          expect(classifyDatabaseFailure(error)).toMatch(/^(away|read_only)$/)
          await delay(20)
        }
      }
    })()
    await expect.poll(() => acknowledged.length).toBeGreaterThan(20)
    await pair.primary.kill()
    const before = acknowledged.length
    await pair.standby.ask('SELECT pg_promote()')
    await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 20)
    ended = true
    await writing
    await reconnected.promise
    await listener.close()
    const { rows } = await db.pool.query<{ n: number }>('SELECT n FROM written')
    expect(acknowledged.filter((n) => !rows.some((row) => row.n === n))).toEqual([])
    expect(await portAt(url)).toBe(pair.standby.port)
  })
})

describe('a primary whose commits wait for its standby', () => {
  let own: PostgresReplicationPair
  beforeAll(async () => {
    own = await startServerPair()
    await own.waitForStandby()
    await own.primary.ask('CREATE TABLE acknowledged (n int)')
    await own.standby.kill()
  })
  afterAll(() => own?.stop())

  it('acknowledges nothing that the standby may lack, though somebody ends the wait for it', async () => {
    const db = connectTo(own.primary.url)
    const writes = [
      db.transaction((client) => client.query('INSERT INTO acknowledged VALUES (1)')),
      db.pool.query('INSERT INTO acknowledged VALUES (2)'),
    ]
    let isOver = false
    const ended = Promise.allSettled(writes).finally(() => (isOver = true))
    const cancel = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`
    while (!isOver) await own.primary.ask(cancel)
    expect((await ended).map((one) => one.status === 'rejected' && classifyDatabaseFailure(one.reason))).toEqual([
      'away',
      'away',
    ])
    // the rows may or may not exist, and the connections continue to work
    const { rows } = await db.pool.query<{ n: number }>('SELECT n FROM acknowledged ORDER BY n')
    expect(rows).toEqual([{ n: 1 }, { n: 2 }])
  })
})
