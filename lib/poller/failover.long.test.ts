import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { type ServerPair, startServerPair } from '#lib/platform/testing/server-pair.ts'
import { pair as estate, type Simulator } from '#lib/simulator/index.ts'
import { auditHistory } from './testing/audit.ts'
import { eventually, hasPolled, startAzure, startWorkerProcess, type WorkerProcess } from './testing/lab.ts'

const EVERY = {
  POLL_SESSIONS_EVERY: '500ms',
  POLL_CIRCUITS_EVERY: '500ms',
  POLL_ROUTES_EVERY: '1s',
  POLL_INVENTORY_EVERY: '5s',
}
const BACK_WITHIN_MS = 30_000

let servers: ServerPair
let simulator: Simulator
let db: Database
const workers: WorkerProcess[] = []

beforeAll(async () => {
  servers = await startServerPair()
  await servers.waitForStandby()
  const folder = path.resolve(import.meta.dirname, '../../prisma/migrations')
  const url = servers.address('target_session_attrs=read-write')
  await applyMigrations(url, { folder })
  simulator = await startAzure(estate)
  db = createDatabase(url, { max: 2, applicationName: 'peerwatch-test' })
  for (const _ of [1, 2]) workers.push(startWorkerProcess(simulator, url, EVERY))
}, 300_000)

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.kill()))
  await db?.close()
  await simulator?.close()
  await servers?.stop()
})

/** Ends of polls that a worker reported as recorded. */
const recorded = () => workers.flatMap((worker) => worker.polls()).filter(({ status }) => status === 'recorded')

it('polls go on within 30 s after the primary was killed, twice, and no recorded one is lost', async () => {
  await eventually('polls', () => hasPolled(db, 'peers'), 120_000)
  await eventually('many polls', () => recorded().length > 100, 120_000)
  for (const port of [servers.standby.port, servers.primary.port]) {
    await failOver()
    expect(servers.primary.port).toBe(port)
  }
  for (const worker of workers) await worker.stop()
  const { rows } = await db.pool.query<{ polls: string }>(`SELECT sum(polls)::text AS polls FROM coverage`)
  expect(Number(rows[0]?.polls)).toBeGreaterThanOrEqual(recorded().length)
  expect(await auditHistory(db)).toEqual([])
})

/** Kills the primary, and returns when both workers poll again and the former primary has joined as a standby. */
async function failOver(): Promise<void> {
  const killedAt = Date.now()
  const joined = servers.failOver()
  const before = recorded().filter(({ finishedAt }) => finishedAt <= killedAt).length
  const first = await eventually(
    'a poll that began after the failover',
    () => recorded().find(({ startedAt }) => startedAt > killedAt),
    BACK_WITHIN_MS,
  )
  expect(first.finishedAt - killedAt).toBeLessThan(BACK_WITHIN_MS)
  await eventually('both workers poll again', () =>
    workers.every((worker) => worker.polls().some((poll) => poll.startedAt > killedAt)),
  )
  expect(recorded().length).toBeGreaterThan(before)
  await joined
  process.stdout.write(
    `polling again ${first.finishedAt - killedAt} ms after the primary was killed; ${before} polls recorded before\n`,
  )
}
