import { roundTripBodyThroughSchema } from '#lib/questions/testing/written.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inferGbSizeFromBills } from '#lib/cost/answers/index.ts'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import type { AzureAccess } from '#lib/azure/index.ts'
import type { CostReconcile } from '#lib/cost/api/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { readPolledTargets } from '#lib/history/index.ts'
import { databaseClock } from '#lib/platform/database-clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readBills } from '#lib/cost/jobs/bill-job.ts'
import { createHistoryJobs, startWorker, type PollWorker } from '#lib/poller/index.ts'
import { createAzureClientForSimulator, waitUntilTrue, startAzure } from '#lib/poller/testing/lab.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'

const reconcile = getHandlersOfPath('/cost/reconcile')

/**
 * End-to-end test: the simulator's traffic is measured through Azure Monitor and billed through Cost Management, each
 * over HTTP and through the SDK's pipeline, and the API compares both. The bill uses GB of 2^30 bytes, with a discount
 * and late days.
 */
const db = withTestDatabase()
const never = new AbortController().signal
const billing = { gbBytes: 1_073_741_824 as const, discount: 0.1, lateDays: 2 }

let simulator: RunningSimulator
let azure: AzureAccess
let worker: PollWorker

beforeAll(async () => {
  replaceDatabaseForTests(db)
  simulator = await startAzure({ ...oneCircuitScenario, past: '70d', billing })
  azure = createAzureClientForSimulator(simulator)
  worker = startWorker({
    db,
    azure,
    intervals: {
      sessionsMs: 60_000,
      circuitsMs: 60_000,
      routesMs: 300_000,
      inventoryMs: 600_000,
      metricsMs: 300_000,
      activityMs: 300_000,
    },
  })
  await waitUntilTrue('metrics are on the timetable', async () =>
    (await readPolledTargets(db.pool)).some(({ kind }) => kind === 'metrics'),
  )
  const retention = { rawMs: 14 * 86_400_000, historyMs: 400 * 86_400_000 }
  const jobs = createHistoryJobs({
    azure,
    clock: databaseClock,
    retention,
    azureTime: () => null,
    onPastRead: () => undefined,
  })
  for (const name of ['metric-backfill', 'usage']) await jobs.find((job) => job.name === name)?.run(never, db)
  await readBills({ db, azure, clock: databaseClock }, never)
}, 120_000)
afterAll(async () => {
  replaceDatabaseForTests(undefined)
  await worker.stop()
  azure.close()
  await simulator.close()
})

async function read(): Promise<CostReconcile> {
  const response = await reconcile.GET(new Request('http://127.0.0.1/api/v1/cost/reconcile'), {
    params: Promise.resolve({}),
  })
  return roundTripBodyThroughSchema(allApiEndpoints.costReconcile.response, await response.json()).data
}
const reasonsOf = ({ resources }: CostReconcile, kind: string) =>
  resources.flatMap(({ meters }) =>
    meters.filter((meter) => meter.kind === kind).flatMap(({ parts }) => parts.map(({ reason }) => reason)),
  )

describe('a bill and what was projected', () => {
  it('differ by what the bill was made with, and by nothing else', async () => {
    const answer = await read()
    expect(answer).toMatchObject({ outcome: 'ok', gb: { calibrated: false } })
    const reasons = new Set(reasonsOf(answer, 'data'))
    // on the first days of a month, the previous month has no late record
    reasons.delete('late_records')
    expect(reasons).toEqual(new Set(['gb_definition', 'discount']))
  })

  it('show which reading of a GB is billed', async () => {
    expect(await inferGbSizeFromBills(db.pool, Date.now())).toEqual({ bytes: 1_073_741_824, calibrated: true })
    const answer = await read()
    expect(answer.gb).toMatchObject({ bytes: 1_073_741_824, calibrated: true })
    expect(reasonsOf(answer, 'data')).not.toContain('gb_definition')
    const [total] = answer.totals
    expect(Math.abs(Number(total?.unexplained.amount))).toBeLessThan(0.01 * Number(total?.billed.amount))
  })
})
