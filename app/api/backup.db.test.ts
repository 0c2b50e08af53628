import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getCircuitUsage } from '#lib/usage/answers/index.ts'
import { readPollCoverageIntervals } from '#lib/setup/answers/index.ts'
import { getEvents } from '#lib/incidents/answers/index.ts'
import { getSessionHistory, listSessions } from '#lib/sessions/answers/index.ts'
import { listCircuits } from '#lib/circuits/answers/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { listGateways } from '#lib/gateways/answers/index.ts'
import { listRoutes } from '#lib/routes/answers/index.ts'
import {
  arpTable,
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCounterRows,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  testFieldsOfIdleSession,
  createGatewayPeer,
  route,
} from '#lib/questions/testing/estate-feed.ts'
import { rollUpUsage } from '#lib/history/index.ts'
import { restoreBackup, writeBackup } from '#lib/platform/backup/index.ts'
import { findFreePort, waitForServer, spawnServer, stopServer } from '#lib/platform/bootstrap/postgres.ts'
import { findPostgresUser } from '#lib/platform/bootstrap/postgres-files.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { createTestDatabase } from '#lib/platform/testing/database.ts'

/**
 * Tests the two ways of docs/operations.md: `npm run backup` and `restore`, and pg_dump with pg_restore into an empty
 * database. pg_dump refuses a server that is newer than itself. If only an older pg_dump is installed, a server of its
 * version is started in addition, if one is installed.
 */
const now = Date.UTC(2026, 10, 20, 12)
const root = path.resolve(import.meta.dirname, '../..')

interface Tools {
  folder: string
  major: number
}

/** Finds the newest installed pg_dump. */
function findTools(): Tools | null {
  const debian = '/usr/lib/postgresql'
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...(existsSync(debian) ? readdirSync(debian).map((version) => path.join(debian, version, 'bin')) : []),
  ]
  const found = folders.flatMap((folder) => {
    if (!existsSync(path.join(folder, 'pg_dump')) || !existsSync(path.join(folder, 'pg_restore'))) return []
    const { stdout } = spawnSync(path.join(folder, 'pg_dump'), ['--version'], { encoding: 'utf8' })
    const major = Number(/(\d+)(?:\.|beta|rc|$)/.exec(stdout ?? '')?.[1] ?? 0)
    return [{ folder, major, isServer: existsSync(path.join(folder, 'initdb')) }]
  })
  // for equal versions, prefer the folder that also has a server
  return found.toSorted((a, b) => b.major - a.major || Number(b.isServer) - Number(a.isServer))[0] ?? null
}

/**
 * Returns three empty databases on a server that the tools can dump, or a text with the reason if there is no such
 * server.
 */
async function openPair(): Promise<{ urls: [string, string, string]; close: () => Promise<void> } | string> {
  const tools = findTools()
  if (!tools) return 'there is no pg_dump here'
  const first = await createTestDatabase({ empty: true })
  const server = await majorOf(first.url)
  if (tools.major >= server) {
    const second = await createTestDatabase({ empty: true })
    const third = await createTestDatabase({ empty: true })
    return {
      urls: [first.url, second.url, third.url],
      close: async () => {
        await first.drop()
        await second.drop()
        await third.drop()
      },
    }
  }
  await first.drop()
  if (!existsSync(path.join(tools.folder, 'initdb'))) {
    return `pg_dump is of version ${tools.major}, the server of ${server}, and there is no server of ${tools.major}`
  }
  return openOwnServer(tools)
}

async function openOwnServer({
  folder,
}: Tools): Promise<{ urls: [string, string, string]; close: () => Promise<void> }> {
  const user = findPostgresUser()
  const cluster = mkdtempSync(path.join(tmpdir(), 'peerwatch-dump-'))
  if (user) chownSync(cluster, user.uid, user.gid)
  const as = user ? { uid: user.uid, gid: user.gid } : {}
  execFileSync(
    path.join(folder, 'initdb'),
    ['-D', cluster, '-U', 'peerwatch', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...as, cwd: '/', stdio: 'pipe' },
  )
  const port = await findFreePort()
  const server = spawnServer({ user, native: path.dirname(folder), cluster, isOutside: false }, port, {
    flags: ['fsync=off', 'logging_collector=off'],
  })
  const url = (database: string) => `postgres://peerwatch@127.0.0.1:${port}/${database}`
  await waitForServer(server, url('postgres'))
  const admin = new pg.Client({ connectionString: url('postgres') })
  await admin.connect()
  await admin.query('CREATE DATABASE before_disaster')
  await admin.query('CREATE DATABASE after_disaster')
  await admin.query('CREATE DATABASE after_restore')
  await admin.end()
  return {
    urls: [url('before_disaster'), url('after_disaster'), url('after_restore')],
    close: async () => {
      await stopServer(server, 5_000)
      rmSync(cluster, { recursive: true, force: true })
    },
  }
}

async function majorOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ version: number }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS version`,
  )
  await client.end()
  return rows[0]?.version ?? 0
}

const tools = findTools()
let pair: Awaited<ReturnType<typeof openPair>> = 'not opened'
beforeAll(async () => {
  pair = await openPair()
}, 60_000)
afterAll(async () => {
  if (typeof pair !== 'string') await pair.close()
}, 60_000)

async function fill(db: Database): Promise<void> {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(now - 70 * MS_PER_MINUTE)
  for (let i = 60; i > 0; i -= 1) {
    const at = now - i * MS_PER_MINUTE
    await feed.peers(at, [
      createGatewayPeer('10.0.4.12', '10.0.4.4', i === 30 ? testFieldsOfIdleSession : {}),
      createGatewayPeer('10.0.4.13', '10.0.4.5'),
    ])
    await feed.stats(at, [
      createCounterRows('primary', 2n ** 60n + BigInt(i % 50), BigInt(9_000 - i)),
      createCounterRows('secondary', 1n, 2n),
    ])
    await feed.summary(at, 'primary', [createCustomerNeighbor('primary'), azureSide()])
    await feed.arp(at, 'primary', arpTable('primary'))
    await feed.learned(at, [route('10.1.0.0/16'), route(i % 20 < 10 ? '10.2.0.0/16' : '2001:db8::/32')])
  }
  await rollUpUsage(db)
}

async function answers(db: Database) {
  const range = { from: now - 120 * MS_PER_MINUTE, to: now, limit: 1_000 }
  return {
    circuits: await listCircuits(db, { limit: 100 }, now),
    gateways: await listGateways(db, { limit: 100 }, now),
    sessions: await listSessions(db, { limit: 100 }, now),
    sessionsThen: await listSessions(db, { at: now - 29.5 * MS_PER_MINUTE, limit: 100 }, now),
    sessionHistory: await getSessionHistory(db, range, now),
    routes: await listRoutes(db, { limit: 100 }, now),
    routesThen: await listRoutes(db, { at: now - 45 * MS_PER_MINUTE, limit: 100 }, now),
    events: await getEvents(db, range, now),
    coverage: await readPollCoverageIntervals(db, range, now),
    usage: await getCircuitUsage(
      db,
      TEST_ESTATE_CIRCUIT_ARM_ID,
      { from: now - 120 * MS_PER_MINUTE, to: now, step: '5m' },
      now,
    ),
    months: await getCircuitUsage(db, TEST_ESTATE_CIRCUIT_ARM_ID, { step: 'month' }, now),
  }
}

it('a dump that is restored into an empty database gives the same answers, and goes on', async (context) => {
  if (typeof pair === 'string' || !tools) {
    process.stdout.write(`backup is not tested: ${typeof pair === 'string' ? pair : 'no pg_dump'}\n`)
    return context.skip()
  }
  const [from, to, ofRestore] = pair.urls
  await applyMigrations(from, { folder: path.join(root, 'prisma/migrations') })
  const before = createDatabase(from, { max: 4, applicationName: 'peerwatch-test' })
  const after = createDatabase(to, { max: 4, applicationName: 'peerwatch-test' })
  const restored = createDatabase(ofRestore, { max: 4, applicationName: 'peerwatch-test' })
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-dumped-'))
  try {
    await fill(before)
    const expected = await answers(before)
    expect(expected.events.data.length).toBeGreaterThan(0)
    expect(expected.usage.data.totals.bytesOut).not.toBeNull()
    const file = path.join(folder, 'peerwatch.dump')
    execFileSync(path.join(tools.folder, 'pg_dump'), ['--format=custom', `--file=${file}`, from], { stdio: 'pipe' })
    execFileSync(
      path.join(tools.folder, 'pg_restore'),
      ['--no-owner', '--no-privileges', '--exit-on-error', '--single-transaction', `--dbname=${to}`, file],
      { stdio: 'pipe' },
    )
    expect(await answers(after)).toEqual(expected)
    // npm run backup and restore, which need no PostgreSQL tools
    const own = path.join(folder, 'peerwatch.backup.gz')
    await writeBackup(from, own, { secretsKey: 'k'.repeat(32), version: '0', now: new Date(now) })
    await restoreBackup(ofRestore, own, { secretsKey: 'k'.repeat(32), folder: path.join(root, 'prisma/migrations') })
    expect(await answers(restored)).toEqual(expected)
    // sequences, locks and partitions of the restored databases allow new recordings
    await applyMigrations(to, { folder: path.join(root, 'prisma/migrations') })
    for (const again of [after, restored]) await goesOn(again, expected.usage.data.totals.bytesOut)
  } finally {
    await Promise.all([before.close(), after.close(), restored.close()])
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)

async function goesOn(after: Database, bytesOut: bigint | null): Promise<void> {
  await createTestEstatePollRecorder(after).stats(now, [
    createCounterRows('primary', 2n ** 61n, 9_500n),
    createCounterRows('secondary', 1n, 4n),
  ])
  await rollUpUsage(after)
  const later = now + MS_PER_MINUTE
  const { data } = await getCircuitUsage(
    after,
    TEST_ESTATE_CIRCUIT_ARM_ID,
    { from: now - 120 * MS_PER_MINUTE, to: later, step: '5m' },
    later,
  )
  expect(data.totals.bytesOut).toBe((bytesOut ?? 0n) + 9_500n - 8_999n + 2n)
}
