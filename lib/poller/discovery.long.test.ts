import { expect, it } from 'vitest'
import { createAzureClient } from '#lib/azure/index.ts'
import { listSources } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readPolledSourcePage } from '#lib/setup/answers/index.ts'
import { oneCircuitScenario, parseSimulatorScenario, type ScenarioInput, startSimulator } from '#lab/simulator/index.ts'
import { startWorker } from './index.ts'
import { HOURLY_POLL_INTERVALS } from './testing/hourly.ts'
import { waitUntilTrue, areExpectedPollsRecorded } from './testing/lab.ts'

/**
 * Number of lists for a subscription with one empty resource group: its groups, two lists by group, and ten lists of
 * the whole subscription.
 */
const LISTS_OF_NOTHING = 13
const db = withTestDatabase()
const [own] = oneCircuitScenario.subscriptions
if (!own) throw new Error('the scenario has no subscription')

async function withAzure<T>(
  scenario: ScenarioInput,
  work: (
    client: (discoveryReadsPerSecond?: number) => ReturnType<typeof createAzureClient>,
    asked: string[],
  ) => Promise<T>,
): Promise<T> {
  const asked: string[] = []
  const simulator = await startSimulator({
    scenario: parseSimulatorScenario(scenario),
    onAnswer: ({ method, target }) => void asked.push(`${method} ${target}`),
  })
  process.env.IDENTITY_ENDPOINT = `${simulator.url}/msi/token`
  process.env.IDENTITY_HEADER = 'test'
  try {
    return await work(
      (discoveryReadsPerSecond) =>
        createAzureClient({
          resourceManagerUrl: simulator.url,
          subscriptionIds: '*',
          ...(discoveryReadsPerSecond && { discoveryReadsPerSecond }),
        }),
      asked,
    )
  } finally {
    await simulator.close()
  }
}

const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))] ?? Number.NaN

it('of 900 resource groups leaves the pace of polls as it was', async () => {
  const groups = Array.from({ length: 900 }, (_, n) => ({ name: `rg-${n}`, location: 'westeurope' }))
  const scenario = { ...oneCircuitScenario, subscriptions: [{ ...own, groups: [...own.groups, ...groups] }] }
  await withAzure(scenario, async (client) => {
    const intervals = { ...HOURLY_POLL_INTERVALS, sessionsMs: 1_000 }
    /** Returns the seconds between starts of polls of the gateway's peers, as recorded by Peerwatch. */
    const paceOf = async (azure: ReturnType<typeof createAzureClient>, during: () => Promise<unknown>) => {
      const worker = startWorker({ db, azure, intervals })
      const starts = new Set<number>()
      try {
        await during()
        await waitUntilTrue('thirty polls', async () => {
          const peers = (await listSources(db.pool)).find(({ poll }) => poll.kind === 'peers')
          if (peers?.poll.lastStartedAt) starts.add(peers.poll.lastStartedAt)
          return starts.size > 30
        })
      } finally {
        await worker.stop()
        azure.close()
      }
      const sorted = [...starts].toSorted((a, b) => a - b)
      return sorted.slice(1).map((at, n) => at - (sorted[n] ?? at))
    }
    const before = await paceOf(client(10_000), () =>
      waitUntilTrue('the inventory', () => areExpectedPollsRecorded(db, 'inventory')),
    )
    await db.pool.query("UPDATE poll_schedule SET next_at = clock_timestamp() WHERE kind = 'inventory'")
    const progress = async () =>
      (await readPolledSourcePage(db, { limit: 500 })).data.find(({ kind }) => kind === 'inventory')?.progress
    const beside = await paceOf(client(), () => waitUntilTrue('discovery', progress))
    expect(quantile(beside, 0.5)).toBeLessThan(1.1 * quantile(before, 0.5))
    expect(quantile(beside, 0.95)).toBeLessThan(quantile(before, 0.95) + 500)
  })
})

it('of 500 subscriptions asks for each list once, and leaves room for a poll all the time', async () => {
  const others = Array.from({ length: 499 }, (_, n) => ({
    ...own,
    id: `00000000-5b00-4000-8000-${String(n).padStart(12, '0')}`,
    name: `Empty ${n}`,
    groups: [{ name: `rg-of-${n}`, location: 'westeurope' }],
  }))
  await withAzure({ ...oneCircuitScenario, subscriptions: [own, ...others] }, async (client, asked) => {
    const azure = client()
    const { subscriptions } = await azure.listSubscriptions()
    expect(subscriptions).toHaveLength(500)
    asked.length = 0
    let over = false
    const all = Promise.all(
      subscriptions.map(({ subscriptionId }) =>
        azure.poll({ resourceId: `/subscriptions/${subscriptionId}`, subresource: '' }, 'inventory'),
      ),
    ).finally(() => {
      over = true
    })
    const gateway = `/subscriptions/${own.id}/resourceGroups/rg-pair/providers/Microsoft.Network/virtualNetworkGateways/gw-pair`
    const took: number[] = []
    while (!over) {
      const { outcome, startedAt, finishedAt } = await azure.poll({ resourceId: gateway, subresource: '' }, 'peers')
      expect(outcome).toBe('ok')
      took.push(finishedAt - startedAt)
    }
    for (const { outcome } of await all) expect(outcome).toBe('ok')
    azure.close()
    // the lines include the query, by which the pages of a list differ
    const lists = asked.filter((line) => !/getBgpPeerStatus|operation/i.test(line))
    expect(new Set(lists).size).toBe(lists.length)
    expect(lists.filter((line) => !line.includes(own.id))).toHaveLength(others.length * LISTS_OF_NOTHING)
    expect(took.length).toBeGreaterThan(20)
  })
})
