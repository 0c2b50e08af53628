import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { HOURLY_POLL_INTERVALS } from './testing/hourly.ts'
import { createAzureClientForSimulator, startAzure } from './testing/lab.ts'
import { startWorker } from './worker.ts'

const intervals = { ...HOURLY_POLL_INTERVALS, sessionsMs: 5_000 }

const db = withTestDatabase()
let simulator: RunningSimulator
let azure: AzureAccess

beforeAll(async () => {
  simulator = await startAzure(oneCircuitScenario)
  azure = createAzureClientForSimulator(simulator)
})

afterAll(async () => {
  azure?.close()
  await simulator?.close()
})

it('an operation that Azure accepts while the worker stops is left to another', { timeout: 240_000 }, async () => {
  const [accepted, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const worker = startWorker({
    db,
    azure: {
      ...azure,
      async begin(target, kind, options) {
        const reached = await azure.begin(target, kind, options)
        if (kind !== 'peers' || !('pending' in reached)) return reached
        accepted.resolve()
        await goesOn.promise
        // an operation that has already ended would be read to its end
        return { ...reached, waitMs: 60_000 }
      },
    },
    intervals,
  })
  try {
    await accepted.promise
    const stopped = worker.stop(120_000)
    goesOn.resolve()
    await stopped
    const { rows } = await db.pool.query(
      `SELECT r.operation ->> 'url' AS url, s.lease_owner AS owner FROM resource_lease r
       JOIN poll_schedule s ON s.source_id = r.source_id AND s.kind = r.kind AND s.epoch = r.epoch
       WHERE r.kind = 'peers' AND r.operation IS NOT NULL`,
    )
    expect(rows).toEqual([{ url: expect.stringContaining(simulator.url), owner: null }])
  } finally {
    goesOn.resolve()
    await worker.stop()
  }
})
