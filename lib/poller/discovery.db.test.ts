import { afterAll, beforeAll, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readPolledSourcePage } from '#lib/setup/answers/index.ts'
import {
  oneCircuitScenario,
  parseSimulatorScenario,
  type ScenarioInput,
  type RunningSimulator,
  startSimulator,
} from '#lab/simulator/index.ts'
import { startWorker, type PollWorker } from './index.ts'
import { HOURLY_POLL_INTERVALS } from './testing/hourly.ts'
import { createAzureClientForSimulator, waitUntilTrue, areExpectedPollsRecorded } from './testing/lab.ts'

const EMPTY_GROUPS = 120
const TOTAL = EMPTY_GROUPS + 1
/** Number of resource groups that are read before the results are stored. */
const SLICE = 25

const scenario: ScenarioInput = {
  ...oneCircuitScenario,
  subscriptions: oneCircuitScenario.subscriptions.map((subscription) => ({
    ...subscription,
    groups: [
      ...subscription.groups,
      ...Array.from({ length: EMPTY_GROUPS }, (_, n) => ({ name: `rg-${n}`, location: 'westeurope' })),
    ],
  })),
}
const intervals = { ...HOURLY_POLL_INTERVALS, sessionsMs: 1_000 }

const db = withTestDatabase()
const asked: string[] = []
let simulator: RunningSimulator
beforeAll(async () => {
  simulator = await startSimulator({
    scenario: parseSimulatorScenario(scenario),
    onAnswer: ({ method, target }) => void asked.push(`${method} ${target.split('?')[0]}`),
  })
})
afterAll(() => simulator.close())

/** Runs a worker with the given request rate of discovery. */
async function working<T>(discoveryReadsPerSecond: number, work: () => Promise<T>): Promise<T> {
  const azure = createAzureClientForSimulator(simulator, { discoveryReadsPerSecond })
  const worker: PollWorker = startWorker({ db, azure, intervals })
  try {
    return await work()
  } finally {
    await worker.stop()
    azure.close()
  }
}
const inventoryOf = async () =>
  (await readPolledSourcePage(db, { limit: 500 })).data.find(({ kind }) => kind === 'inventory')

it('of many resource groups shows how far it is, and goes on at another worker where one ended', async () => {
  const shown = await working(1, () => waitUntilTrue('its progress', async () => (await inventoryOf())?.progress))
  expect(shown).toEqual({ done: SLICE, total: TOTAL })
  await working(10_000, async () => {
    await waitUntilTrue('the inventory', () => areExpectedPollsRecorded(db, 'inventory'))
    // the discovered resources are polled too
    await waitUntilTrue('sessions', () => areExpectedPollsRecorded(db, 'peers'))
  })
  const lists = asked.filter((line) => /\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/[^/]+$/i.test(line))
  const ofGroups = lists.filter((line) => /(virtualNetworkGateways|connections)$/i.test(line))
  // only the slice that a worker was reading when it stopped is requested again
  expect(ofGroups.length).toBeLessThanOrEqual(2 * (TOTAL + SLICE))
  expect(new Set(ofGroups).size).toBe(2 * TOTAL)
  expect((await inventoryOf())?.progress).toBeNull()
})
