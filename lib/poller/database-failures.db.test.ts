import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import type { PollObservation } from '#lib/contract/index.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { claimDuePolls, addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { processLogger } from '#lib/platform/log.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { type TemporaryPostgresServer, startScratchServer } from '#lib/platform/testing/scratch-server.ts'
import { PollCommits } from './commit/poll-commits.ts'
import { TopologyCache } from './detection/topology-cache.ts'
import { SinglePollRun } from './poll/poll-source.ts'
import { SourceCache } from './poll/source-cache.ts'
import { SINGLE_SESSION_GATEWAY_ARM_ID, createTestSessionPoll } from './testing/one-session.ts'

/** A separate server, because its failures affect all of its databases. */
let server: TemporaryPostgresServer
let admin: pg.Client
let db: Database
let sources = 0

/** Options with a long timeout for a busy machine. */
const PATIENT = { timeout: 60_000 }
let disk: string | undefined

beforeAll(async () => {
  const root = path.resolve(import.meta.dirname, '../..')
  server = await startScratchServer(root)
  await applyMigrations(server.url, { folder: path.join(root, 'prisma/migrations') })
  admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
})
afterAll(async () => {
  await admin?.end()
  await server?.stop()
  // the server has open files there as long as it runs
  if (disk) {
    spawnSync('umount', [disk])
    rmSync(disk, { recursive: true })
  }
})
beforeEach(() => {
  db = createDatabase(server.url, { max: 4, applicationName: 'peerwatch-test' })
})
afterEach(() => db.close())

/** Polls a new source. Azure has already answered, and the observation must be recorded. */
async function pollOnce() {
  sources += 1
  const sourceId = await getOrCreateSourceId(admin, {
    resourceId: `${SINGLE_SESSION_GATEWAY_ARM_ID}${sources}`,
    subresource: '',
  })
  await addMissingPollsToSchedule(admin, [{ sourceId, kind: 'peers', everySeconds: 60 }])
  await admin.query(`UPDATE poll_schedule SET next_at = next_at - interval '1 s' WHERE source_id = $1`, [sourceId])
  const [lease] = (await claimDuePolls(admin, { owner: 'test', leaseSeconds: 600, limit: 1 })).leases
  if (!lease) throw new Error('nothing is due')
  const warned = vi.fn()
  const clock = machineClock
  const estate = new TopologyCache()
  const answer: PollObservation = createTestSessionPoll(clock.now() - 1_000, false)
  return {
    sourceId,
    /** resolves when the poll waits for the database */
    waits: () =>
      vi.waitFor(
        () => expect(warned).toHaveBeenCalledWith(expect.anything(), 'recording waits for the database'),
        PATIENT,
      ),
    readings: () => estate.readings,
    code: (): unknown => warned.mock.calls[0]?.[0].err.code,
    async begin() {
      const context = {
        azure: { begin: async () => ({ observation: answer }) } as unknown as AzureAccess,
        db,
        clock,
        log: Object.assign(Object.create(processLogger), { warn: warned }),
        book: new SourceCache(db, clock.now),
        operations: { store: () => {} },
        commits: new PollCommits(db, processLogger),
        estate,
        freezes: { frozenSince: () => 0 },
      }
      const held = { lease, signal: AbortSignal.timeout(60_000), throwIfLost: () => {} }
      const progress = await new SinglePollRun(context, held).step()
      return 'outcome' in progress ? progress.outcome : null
    },
  }
}

const recordedOf = async (sourceId: number) =>
  (await admin.query('SELECT kind, outcome, polls FROM coverage WHERE source_id = $1', [sourceId])).rows

async function setReadOnly(on: boolean) {
  await admin.query(`ALTER SYSTEM SET default_transaction_read_only = ${on ? 'on' : 'off'}`)
  await admin.query('SELECT pg_reload_conf()')
  await vi.waitFor(async () => {
    const { rows } = await admin.query('SHOW default_transaction_read_only')
    expect(rows[0].default_transaction_read_only).toBe(on ? 'on' : 'off')
  }, PATIENT)
}

it('a poll is kept until a read-only database takes it', async () => {
  const poll = await pollOnce()
  await setReadOnly(true)
  const polling = poll.begin()
  try {
    await poll.waits()
    expect(poll.code()).toBe('25006')
  } finally {
    await setReadOnly(false)
  }
  expect((await polling)?.committed.status).toBe('recorded')
  expect(await recordedOf(poll.sourceId)).toEqual([{ kind: 'peers', outcome: 'ok', polls: 1 }])
})

it('a poll that lost a deadlock is recorded in another attempt', async () => {
  const poll = await pollOnce()
  const rival = new pg.Client({ connectionString: server.url })
  await rival.connect()
  // the poll's transaction checks for deadlocks first, so it is the one that is aborted
  await rival.query(`SET deadlock_timeout = '10min'`)
  await rival.query('BEGIN; LOCK TABLE coverage IN ACCESS EXCLUSIVE MODE')
  const polling = poll.begin()
  await vi.waitFor(async () => {
    const { rows } = await admin.query(
      `SELECT count(*)::int AS n FROM pg_locks WHERE relation = 'coverage'::regclass AND NOT granted`,
    )
    expect(rows[0].n).toBe(1)
  }, PATIENT)
  await rival.query('SELECT FROM poll_schedule WHERE source_id = $1 FOR UPDATE', [poll.sourceId])
  await poll.waits()
  expect(poll.code()).toBe('40P01')
  await rival.query('ROLLBACK')
  await rival.end()
  expect((await polling)?.committed.status).toBe('recorded')
  // data that was read before the aborted attempt is reused, because an estate can be large and a busy database aborts
  // many attempts
  expect(poll.readings()).toBe(1)
  expect(await recordedOf(poll.sourceId)).toEqual([{ kind: 'peers', outcome: 'ok', polls: 1 }])
})

it('a poll is kept until a full disk has room', async ({ skip }) => {
  const owner = await ownerOfServer()
  disk = mkdtempSync(path.join(tmpdir(), 'peerwatch-small-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=1m,mode=0700,${owner}`, 'tmpfs', disk])
  if (mounted.status !== 0) skip('mounting a small file system needs more rights')
  await admin.query(`CREATE TABLESPACE small LOCATION '${disk}'`)
  await admin.query('TRUNCATE coverage')
  await admin.query('ALTER TABLE coverage SET TABLESPACE small')
  await admin.query('CREATE TABLE filler (text text) TABLESPACE small')
  await expect(fillUp()).rejects.toMatchObject({ code: '53100' })
  const poll = await pollOnce()
  const polling = poll.begin()
  await poll.waits()
  expect(poll.code()).toBe('53100')
  await admin.query('DROP TABLE filler')
  expect((await polling)?.committed.status).toBe('recorded')
  expect(await recordedOf(poll.sourceId)).toEqual([{ kind: 'peers', outcome: 'ok', polls: 1 }])
})

async function fillUp(): Promise<never> {
  for (;;) await admin.query(`INSERT INTO filler SELECT repeat('x', 1000) FROM generate_series(1, 100)`)
}

/** Returns the mount options for the server's user. The server refuses a folder of another user. */
async function ownerOfServer(): Promise<string> {
  const { rows } = await admin.query<{ file: string }>(`SELECT pg_read_file('postmaster.pid') AS file`)
  const { uid, gid } = statSync(`/proc/${rows[0]?.file.split('\n')[0]}`)
  return `uid=${uid},gid=${gid}`
}
