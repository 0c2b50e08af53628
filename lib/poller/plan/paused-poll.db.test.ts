import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { readCoverageIntervals, listEvents } from '#lib/history/index.ts'
import { saveDeclarations } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { pair, type Simulator } from '#lab/simulator/index.ts'
import { HOUR, SECOND } from '#lib/contract/time/time.ts'
import { azureFor, eventually, hasPolled, startAzure } from '../testing/lab.ts'
import { startWorker, type Worker } from '../worker.ts'

const db = withTestDatabase()
let simulator: Simulator
let azure: AzureAccess
let worker: Worker | undefined

beforeAll(async () => {
  simulator = await startAzure(pair)
  azure = azureFor(simulator)
})

afterAll(async () => {
  await worker?.stop()
  azure?.close()
  await simulator?.close()
})

it('what is paused is not asked, and the gap says who wanted it', async () => {
  const from = Date.now() - SECOND
  const [begin, end] = [from, from + HOUR].map((at) => new Date(at).toISOString())
  const pause = { id: 'p', why: 'CHG-1', by: 'alice', scopes: [], from: begin ?? '', to: end ?? '' }
  await db.transaction((client) => saveDeclarations(client, { pauses: [pause] }, { by: 'alice', expected: 0 }))
  let asked = 0
  const watched: AzureAccess = {
    ...azure,
    begin: (...call) => {
      asked += 1
      return azure.begin(...call)
    },
  }
  const every = { sessionsMs: SECOND, circuitsMs: SECOND, routesMs: SECOND, metricsMs: SECOND, activityMs: SECOND }
  worker = startWorker({ db, azure: watched, intervals: { ...every, inventoryMs: SECOND } })
  await eventually('polls that are not made', () => hasPolled(db, 'inventory', 1, 'paused'))
  const { rows } = await readCoverageIntervals(db.pool, {
    kind: 'inventory',
    from,
    to: Date.now() + SECOND,
    limit: 100,
  })
  expect(rows).toMatchObject([{ outcome: 'paused', detail: expect.stringContaining('alice paused it') }])
  expect(asked).toBe(0)
  expect((await listEvents(db.pool, { limit: 10 })).rows).toEqual([])
})
