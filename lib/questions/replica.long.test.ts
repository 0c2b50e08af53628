import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { type PostgresReplicationPair, startServerPair } from '#lib/platform/testing/server-pair.ts'
import { ReplayDelayedNotifier, limitAsOfToReplica, readReplicaKnownUntil } from './replica.ts'

let servers: PostgresReplicationPair
let primary: Database
let replica: Database

beforeAll(async () => {
  servers = await startServerPair()
  const options = { max: 2, applicationName: 'peerwatch-test' }
  primary = createDatabase(servers.address('target_session_attrs=read-write'), options)
  replica = createDatabase(servers.address('target_session_attrs=prefer-standby'), options)
  await primary.pool.query('CREATE TABLE written (n int)')
})
afterAll(async () => {
  await primary?.close()
  await replica?.close()
  await servers?.stop()
})

const write = (n: number) => primary.pool.query('INSERT INTO written VALUES ($1)', [n])
const shown = async () => (await replica.pool.query('SELECT count(*)::int AS n FROM written')).rows[0].n

it('an answer of a primary is as of now, one of a replica that is behind as of what that had replayed', async () => {
  expect(await readReplicaKnownUntil(primary.pool)).toBeNull()
  await write(1)
  await expect.poll(shown).toBe(1)
  await replica.pool.query('SELECT pg_wal_replay_pause()')
  const pausedAt = Date.now()
  await write(2)
  await delay(400)
  const until = await readReplicaKnownUntil(replica.pool)
  expect(until).not.toBeNull()
  expect(until).toBeLessThanOrEqual(pausedAt)
  expect(until).toBeGreaterThan(pausedAt - 60_000)
  expect(await shown()).toBe(1)
  const now = new Date().toISOString()
  expect(limitAsOfToReplica({ asOf: now, data: [] }, until)).toEqual({
    asOf: new Date(until ?? 0).toISOString(),
    data: [],
  })
  expect(limitAsOfToReplica({ asOf: now }, null)).toEqual({ asOf: now })
  // A response about a past moment keeps the time of that moment.
  expect(limitAsOfToReplica({ asOf: '2026-01-01T00:00:00.000Z' }, until)).toEqual({ asOf: '2026-01-01T00:00:00.000Z' })
  await replica.pool.query('SELECT pg_wal_replay_resume()')
  await expect.poll(async () => (await readReplicaKnownUntil(replica.pool)) ?? 0).toBeGreaterThan(until ?? 0)
})

it('a change is delivered when the replica shows it, in order', async () => {
  const readable = new ReplayDelayedNotifier(
    () => replica.pool,
    () => primary.pool,
  )
  const before = await shown()
  await replica.pool.query('SELECT pg_wal_replay_pause()')
  const seen: number[] = []
  const delivered = [1, 2, 3].map(async (n) => {
    await write(n)
    await new Promise<void>((resolve) => readable.whenShown(resolve))
    seen.push(await shown())
  })
  await delay(300)
  expect(seen).toEqual([])
  await replica.pool.query('SELECT pg_wal_replay_resume()')
  await Promise.all(delivered)
  expect(seen).toHaveLength(3)
  expect(Math.max(...seen)).toBe(before + 3)
})
