import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { readCoverageIntervals, listEvents } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { MS_PER_HOUR, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { createAzureClientForSimulator, waitUntilTrue, areExpectedPollsRecorded, startAzure } from '../testing/lab.ts'
import { startWorker, type PollWorker } from '../worker.ts'

const db = withTestDatabase()
let simulator: RunningSimulator
let azure: AzureAccess
let worker: PollWorker | undefined

beforeAll(async () => {
  simulator = await startAzure(oneCircuitScenario)
  azure = createAzureClientForSimulator(simulator)
})

afterAll(async () => {
  await worker?.stop()
  azure?.close()
  await simulator?.close()
})

it('what is paused is not asked, and the gap says who wanted it', async () => {
  const from = Date.now() - MS_PER_SECOND
  const [begin, end] = [from, from + MS_PER_HOUR].map((at) => new Date(at).toISOString())
  const pause = { id: 'p', why: 'CHG-1', by: 'alice', scopes: [], from: begin ?? '', to: end ?? '' }
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { pauses: [pause] }, { by: 'alice', expected: 0 }),
  )
  let asked = 0
  const watched: AzureAccess = {
    ...azure,
    begin: (...call) => {
      asked += 1
      return azure.begin(...call)
    },
  }
  const every = {
    sessionsMs: MS_PER_SECOND,
    circuitsMs: MS_PER_SECOND,
    routesMs: MS_PER_SECOND,
    metricsMs: MS_PER_SECOND,
    activityMs: MS_PER_SECOND,
  }
  worker = startWorker({ db, azure: watched, intervals: { ...every, inventoryMs: MS_PER_SECOND } })
  await waitUntilTrue('polls that are not made', () => areExpectedPollsRecorded(db, 'inventory', 1, 'paused'))
  const { rows } = await readCoverageIntervals(db.pool, {
    kind: 'inventory',
    from,
    to: Date.now() + MS_PER_SECOND,
    limit: 100,
  })
  expect(rows).toMatchObject([{ outcome: 'paused', detail: expect.stringContaining('alice paused it') }])
  expect(asked).toBe(0)
  expect((await listEvents(db.pool, { limit: 10 })).rows).toEqual([])
})
