import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { readExpressRoutePortsPage } from '#lib/circuits/answers/index.ts'
import { armTypes, type PollObservation, type ResourceRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { listCustomers } from '#lib/customers/answers/index.ts'
import { computeShortId, getOrCreateSourceId, listEvents } from '#lib/history/index.ts'
import { getOverview } from '#lib/overview/answers/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createLagRow, lagId } from '#lib/questions/testing/record-feed.ts'
import { readPolledSourcePage } from '#lib/setup/answers/index.ts'
import { oneCircuitScenario, type RunningSimulator, type ScenarioInput } from '#lab/simulator/index.ts'
import { recordPollAndRunDetection, startWorker, TopologyCache, type PollWorker } from './index.ts'
import { HOURLY_POLL_INTERVALS } from './testing/hourly.ts'
import { areExpectedPollsRecorded, createAzureClientForSimulator, startAzure, waitUntilTrue } from './testing/lab.ts'

const SUBSCRIPTION = '00000000-c0de-4000-8000-0000000000f1'
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-pair/providers/Microsoft.Network`

const scenario: ScenarioInput = {
  ...oneCircuitScenario,
  name: 'lag-only',
  vnets: [],
  gateways: [],
  circuits: [],
  connections: [],
  sites: [],
  demands: [],
  ports: [
    {
      name: 'lag-spare',
      group: 'rg-pair',
      peeringLocation: 'London2',
      gbps: 100,
      router: 'lon-06gmr',
      lag: { members: 2, minActive: 1 },
    },
  ],
  others: [
    {
      type: 'Microsoft.Network/trunkBundles',
      name: 'bundle',
      group: 'rg-pair',
      of: [`${GROUP}/expressRouteLags/lag-spare`],
    },
  ],
}

describe('a subscription with only a LAG', { timeout: 120_000 }, () => {
  const db = withTestDatabase()
  let simulator: RunningSimulator
  let azure: AzureAccess
  let worker: PollWorker | undefined
  beforeAll(async () => {
    simulator = await startAzure(scenario)
    azure = createAzureClientForSimulator(simulator)
    worker = startWorker({ db, azure, intervals: HOURLY_POLL_INTERVALS })
    await waitUntilTrue('the inventory', () => areExpectedPollsRecorded(db, 'inventory'))
  })
  afterAll(async () => {
    await worker?.stop()
    azure?.close()
    await simulator?.close()
  })

  it('is shown with its links and members, on the overview, and as its owner’s', async () => {
    const { data: ports } = await readExpressRoutePortsPage(db, { limit: 10 })
    expect(ports).toMatchObject([{ name: 'lag-spare', kind: 'lag', circuits: [], links: [{}, {}] }])
    const { headline } = (await getOverview(db, { mayReadCost: false })).data
    expect(headline.sentence).toBe('No circuit and no gateway is known yet, but a port or LAG')
    const { data: customers } = await listCustomers(db, { limit: 10 })
    expect(customers.map(({ subscriptions }) => subscriptions.map(({ id }) => id))).toEqual([[SUBSCRIPTION]])
  })

  it('names the resources that depend on the LAG', async () => {
    const { listedOnly } = await readPolledSourcePage(db, { limit: 10 })
    expect(listedOnly.map(({ scopeName }) => scopeName)).toEqual(['bundle'])
  })
})

describe('a LAG without circuits', () => {
  const db = withTestDatabase()
  const estate = new TopologyCache()
  const T = Date.UTC(2026, 10, 20, 3)
  const [ON, OFF] = ['Enabled', 'Disabled']

  async function inventory(minute: number, row: ResourceRow): Promise<void> {
    const target = { resourceId: `/subscriptions/${row.subscriptionId}`, subresource: '' }
    const at = T + minute * MS_PER_MINUTE
    const sourceId = await getOrCreateSourceId(db.pool, target)
    const observation: PollObservation = {
      target,
      kind: 'inventory',
      startedAt: at,
      finishedAt: at + 500,
      outcome: 'ok',
      error: null,
      silentInstances: [],
      budget: null,
      correlationId: 'test',
      rows: { resources: [row], listedTypes: [armTypes.lag, armTypes.circuit], failedTypes: [] },
    }
    const options = { intervalSeconds: 60, localAddresses: null, estate }
    await db.transaction((client) => recordPollAndRunDetection(client, sourceId, observation, options))
  }

  it('has an event without a loss when one of its links is disabled', async () => {
    await inventory(0, createLagRow('lag', [[ON, ON]]))
    await inventory(1, createLagRow('lag', [[ON, OFF]]))
    const { rows } = await listEvents(db.pool, { limit: 10 })
    expect(rows.filter(({ kind }) => kind !== 'initial_state')).toMatchObject([
      { kind: 'lag_link_reduced', scope: computeShortId(lagId('lag')), subject: 'link1', severity: 'info' },
    ])
  })
})
