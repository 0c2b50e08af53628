import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createAzureClientForSimulator, waitUntilTrue, startAzure } from './testing/lab.ts'
import { startWorker, type PollWorker } from './worker.ts'

const CONNECTIONS = 3

const scratch = withTestDatabase()
let simulator: RunningSimulator
let azure: AzureAccess
let db: Database
let timetable: Database
let worker: PollWorker | undefined

beforeAll(async () => {
  simulator = await startAzure(oneCircuitScenario)
  azure = createAzureClientForSimulator(simulator)
  db = createDatabase(scratch.url, { max: CONNECTIONS, applicationName: 'polls' })
  timetable = createDatabase(scratch.url, { max: 1, applicationName: 'timetable' })
})

afterAll(async () => {
  await worker?.stop()
  await Promise.all([db?.close(), timetable?.close()])
  azure?.close()
  await simulator?.close()
})

async function leaseInFlight(): Promise<{ epoch: string; until: number } | null> {
  const { rows } = await scratch.pool.query<{ epoch: string; until: Date }>(
    `SELECT epoch::text, lease_until AS until FROM poll_schedule
     WHERE kind = 'inventory' AND lease_owner IS NOT NULL ORDER BY source_id LIMIT 1`,
  )
  const [row] = rows
  return row ? { epoch: row.epoch, until: row.until.getTime() } : null
}

it('a lease is renewed while polls hold every connection', { timeout: 120_000 }, async () => {
  let isAsked = false
  const silent: AzureAccess = {
    ...azure,
    begin: (_target, _kind, options) => {
      isAsked = true
      return new Promise((_, reject) => {
        options?.signal?.addEventListener('abort', () => reject(options.signal?.reason), { once: true })
      })
    },
  }
  const every = {
    sessionsMs: MS_PER_MINUTE,
    circuitsMs: MS_PER_MINUTE,
    routesMs: MS_PER_MINUTE,
    metricsMs: MS_PER_MINUTE,
    activityMs: MS_PER_MINUTE,
  }
  worker = startWorker({ db, timetable, azure: silent, intervals: { ...every, inventoryMs: MS_PER_MINUTE } })
  await waitUntilTrue('a poll in flight', async () => isAsked)
  const held = await Promise.all(Array.from({ length: CONNECTIONS }, () => db.pool.connect()))
  try {
    let seen = await leaseInFlight()
    await waitUntilTrue('the same lease with a later end', async () => {
      const now = await leaseInFlight()
      const isRenewed = now !== null && seen !== null && now.epoch === seen.epoch && now.until > seen.until
      seen = now
      return isRenewed
    })
    expect(db.pool.idleCount).toBe(0)
  } finally {
    for (const client of held) client.release()
  }
})
