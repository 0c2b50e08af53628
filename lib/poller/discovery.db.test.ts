import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAzureClient } from '#lib/azure/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getSources } from '#lib/setup/answers/index.ts'
import { pair, parseScenario, type ScenarioInput, type Simulator, startSimulator } from '#lab/simulator/index.ts'
import { startWorker, type Worker } from './index.ts'
import { HOURLY } from './testing/hourly.ts'
import { eventually, hasPolled } from './testing/lab.ts'

const EMPTY_GROUPS = 120
const TOTAL = EMPTY_GROUPS + 1
/** Number of resource groups that are read before the results are stored. */
const SLICE = 25

const scenario: ScenarioInput = {
  ...pair,
  subscriptions: pair.subscriptions.map((subscription) => ({
    ...subscription,
    groups: [
      ...subscription.groups,
      ...Array.from({ length: EMPTY_GROUPS }, (_, n) => ({ name: `rg-${n}`, location: 'westeurope' })),
    ],
  })),
}
const intervals = { ...HOURLY, sessionsMs: 1_000 }

const db = withTestDatabase()
const asked: string[] = []
let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({
    scenario: parseScenario(scenario),
    onAnswer: ({ method, target }) => void asked.push(`${method} ${target.split('?')[0]}`),
  })
  process.env.IDENTITY_ENDPOINT = `${simulator.url}/msi/token`
  process.env.IDENTITY_HEADER = 'test'
})
afterAll(() => simulator.close())

/** Runs a worker with the given request rate of discovery. */
async function working<T>(discoveryReadsPerSecond: number, work: () => Promise<T>): Promise<T> {
  const azure = createAzureClient({ resourceManagerUrl: simulator.url, subscriptionIds: '*', discoveryReadsPerSecond })
  const worker: Worker = startWorker({ db, azure, intervals })
  try {
    return await work()
  } finally {
    await worker.stop()
    azure.close()
  }
}
const inventoryOf = async () => (await getSources(db, { limit: 500 })).data.find(({ kind }) => kind === 'inventory')

it('of many resource groups shows how far it is, and goes on at another worker where one ended', async () => {
  const shown = await working(1, () => eventually('its progress', async () => (await inventoryOf())?.progress))
  expect(shown).toEqual({ done: SLICE, total: TOTAL })
  await working(10_000, async () => {
    await eventually('the inventory', () => hasPolled(db, 'inventory'))
    // the discovered resources are polled too
    await eventually('sessions', () => hasPolled(db, 'peers'))
  })
  const lists = asked.filter((line) => /\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/[^/]+$/i.test(line))
  const ofGroups = lists.filter((line) => /(virtualNetworkGateways|connections)$/i.test(line))
  // only the slice that a worker was reading when it stopped is requested again
  expect(ofGroups.length).toBeLessThanOrEqual(2 * (TOTAL + SLICE))
  expect(new Set(ofGroups).size).toBe(2 * TOTAL)
  expect((await inventoryOf())?.progress).toBeNull()
})
