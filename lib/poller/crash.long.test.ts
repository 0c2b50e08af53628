import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readSessionsAtMoment } from '#lib/history/index.ts'
import {
  buildEmbeddedUrl,
  ensureCluster,
  findFreePort,
  waitForServer,
  spawnServer,
  stopServer,
} from '#lib/platform/bootstrap/postgres.ts'
import { type EmbeddedPostgresPaths, choosePostgresFolders } from '#lib/platform/bootstrap/postgres-files.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { oneCircuitScenario, type ScenarioInput, type RunningSimulator } from '#lab/simulator/index.ts'
import { findInconsistenciesInHistory } from './testing/audit.ts'
import {
  waitUntilTrue,
  areExpectedPollsRecorded,
  startAzure,
  startWorkerProcess,
  type WorkerProcess,
} from './testing/lab.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

/**
 * A scenario in which sessions and routes change constantly, so that every kill happens while something is being
 * recorded.
 */
const restless: ScenarioInput = {
  ...oneCircuitScenario,
  timers: { reconnect: '100ms', routesAfter: '100ms', propagation: '50ms' },
  happenings: [
    {
      op: 'session-loss',
      gateway: 'gw-pair',
      instance: '10.0.4.12',
      neighbor: '10.0.4.4',
      at: '+1s',
      for: '900ms',
      every: '8s',
    },
    {
      op: 'session-loss',
      gateway: 'gw-pair',
      instance: '10.0.4.13',
      neighbor: '10.0.4.5',
      at: '+5s',
      for: '900ms',
      every: '8s',
    },
    { op: 'session-loss', circuit: 'erc-pair', path: 'secondary', at: '+1500ms', for: '1s', every: '2500ms' },
    { op: 'withdraw', site: 'dc-pair', prefixes: ['10.11.0.0/16'], at: '+1s', for: '700ms', every: '1500ms' },
  ],
}
const OFTEN = {
  POLL_SESSIONS_EVERY: '150ms',
  POLL_CIRCUITS_EVERY: '200ms',
  POLL_ROUTES_EVERY: '200ms',
  POLL_INVENTORY_EVERY: '5s',
}

/**
 * Number of recorded polls after which a worker is killed. Kills right after a start and after many polls meet
 * different moments of a transaction.
 */
const WORKER_KILLS = [17, 3, 26, 1, 9, 40]

let folder: string
let files: EmbeddedPostgresPaths
let server: ChildProcess
let port: number
let url: string
let db: Database
let simulator: RunningSimulator
let worker: WorkerProcess
const password = 'only-for-this-test'

/**
 * Starts Postgres, with retries like the supervisor, because child processes of a killed server may hold its memory for
 * a moment.
 */
function startPostgres(): Promise<void> {
  return vi.waitFor(
    async () => {
      server = spawnServer(files, port)
      await waitForServer(server, url)
    },
    { timeout: 120_000, interval: 100 },
  )
}

/**
 * Kills Postgres as a power cut would. The postmaster gets no chance to shut down, and its child processes notice its
 * death on their own.
 */
async function killPostgres(): Promise<void> {
  const postmaster = Number(readFileSync(path.join(files.cluster, 'postmaster.pid'), 'utf8').split('\n')[0])
  const gone = new Promise((resolve) => server.once('exit', resolve))
  process.kill(postmaster, 'SIGKILL')
  await gone
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), `peerwatch-test-${process.pid}-`))
  chmodSync(folder, 0o755)
  files = choosePostgresFolders({ root: ROOT, dataDir: folder })
  ensureCluster(files, password, { sync: false })
  port = await findFreePort()
  url = buildEmbeddedUrl(port, password, 'postgres')
  await startPostgres()
  await applyMigrations(url, { folder: path.join(ROOT, 'prisma/migrations') })
  db = createDatabase(url, { max: 4, applicationName: 'peerwatch-test' })
  // the profile `quick`, because the moment of a kill is counted in statements of commits, and there must be many
  // commits
  simulator = await startAzure(restless, { profile: 'quick' })
  worker = startWorkerProcess(simulator, url, OFTEN)
  await waitUntilTrue(
    'everything polled',
    async () => (await areExpectedPollsRecorded(db, 'peers')) && (await areExpectedPollsRecorded(db, 'tables', 2)),
    240_000,
  )
}, 300_000)

afterAll(async () => {
  await worker?.kill()
  await simulator?.close()
  await db?.close()
  if (server) await stopServer(server, 5_000)
  rmSync(folder, { recursive: true, force: true })
  if (files?.isOutside) rmSync(path.dirname(path.dirname(files.cluster)), { recursive: true, force: true })
})

async function recorded(): Promise<number> {
  const { rows } = await db.pool.query('SELECT coalesce(sum(polls), 0)::int AS n FROM poll_state')
  return rows[0].n
}

/** Returns the smallest row count of the history tables. */
async function leastRecorded(): Promise<number> {
  const { rows } = await db.pool.query(
    `SELECT least((SELECT count(*) FROM session_interval), (SELECT count(*) FROM route_interval),
                    (SELECT count(*) FROM event))::int AS n`,
  )
  return rows[0].n
}

/** Waits until more polls are recorded. */
async function recording(polls: number): Promise<void> {
  const from = await recorded()
  const seen = waitUntilTrue(`${polls} more polls recorded`, async () => (await recorded()) >= from + polls, 120_000)
  await seen.catch((error: Error) => {
    throw new Error([error.message, 'the worker said last:', ...worker.lines.slice(-20)].join('\n'))
  })
}

describe('kill -9 during recording', () => {
  it('of the worker leaves history consistent', { timeout: 400_000 }, async () => {
    for (const after of WORKER_KILLS) {
      await recording(after)
      await worker.kill()
      expect(await findInconsistenciesInHistory(db)).toEqual([])
      worker = startWorkerProcess(simulator, url, OFTEN)
      await recording(10)
    }
  })

  it('of Postgres leaves history consistent, and the worker goes on by itself', { timeout: 400_000 }, async () => {
    await recording(25)
    await killPostgres()
    // the worker meets an unavailable database before the restart
    await delay(700)
    await startPostgres()
    await recording(30)
    expect(worker.child.exitCode).toBeNull()
    expect(await findInconsistenciesInHistory(db)).toEqual([])
  })

  it('of both at once leaves history consistent', { timeout: 400_000 }, async () => {
    await recording(12)
    // the audit needs such rows
    await waitUntilTrue('losses and withdrawals recorded', async () => (await leastRecorded()) > 0, 240_000)
    await Promise.all([killPostgres(), worker.kill()])
    await startPostgres()
    expect(await findInconsistenciesInHistory(db)).toEqual([])
  })

  it('leaves nothing open by mistake: when the estate is at rest, history says what it is', {
    timeout: 400_000,
  }, async () => {
    const quiet = await startAzure({ ...oneCircuitScenario, timers: restless.timers }, { profile: 'quick' })
    await simulator.close()
    simulator = quiet
    worker = startWorkerProcess(simulator, url, OFTEN)
    await recording(30)
    // the killed worker's leases must expire first
    const sessions = await waitUntilTrue('all sessions are read as they are', async () => {
      const known = (await readSessionsAtMoment(db.pool)).filter(({ asn }) => asn !== 65515)
      return known.every(({ last }) => last.state === 'established') && known
    })
    expect(sessions.length).toBeGreaterThanOrEqual(6)
    const { rows } = await db.pool.query(
      `SELECT count(*)::int AS open FROM event WHERE kind = 'session_down' AND ended_earliest IS NULL`,
    )
    expect(rows[0].open).toBe(0)
    expect(await findInconsistenciesInHistory(db)).toEqual([])
  })
})
