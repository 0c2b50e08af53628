import { expect, it } from 'vitest'
import { armTypes, hubRateMetrics, type MetricRow, type ResourceRow } from '#lib/contract/index.ts'
import { allApiEndpoints } from '#lib/api/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { rollUpUsage } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  TEST_ESTATE_CONNECTION_ARM_ID,
  createTestEstatePollRecorder,
  createInventoryRows,
  TEST_ESTATE_SUBSCRIPTION_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordPoll } from '#lib/questions/testing/record-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { getCostTco } from './queued-answers.ts'

const db = withTestDatabase()
const GRAIN_MS = 300_000
const FROM = Date.UTC(2026, 10, 1)
const NOW = FROM + 24 * MS_PER_HOUR
const [OWNER, TENANT] = [TEST_ESTATE_SUBSCRIPTION_ARM_ID.split('/')[2] ?? '', '99999999-2222-3333-4444-555555555555']
const PLACE = `/subscriptions/${TENANT}/resourceGroups/wan/providers/Microsoft.Network`
const HUB_GATEWAY = `${PLACE}/expressRouteGateways/ergw-vhub`

const hubGateway: ResourceRow = {
  resourceId: HUB_GATEWAY,
  type: armTypes.expressRouteGateway,
  name: 'ergw-vhub',
  subscriptionId: TENANT,
  resourceGroup: 'wan',
  location: 'uksouth',
  config: {
    properties: {
      autoScaleConfiguration: { bounds: { min: 1 } },
      virtualHub: { id: `${PLACE}/virtualHubs/vhub` },
      expressRouteConnections: [
        {
          name: 'Conn-Hub',
          properties: {
            expressRouteCircuitPeering: { id: `${TEST_ESTATE_CIRCUIT_ARM_ID}/peerings/AzurePrivatePeering` },
          },
        },
      ],
    },
  },
}

/** Returns rates of a day, as Azure Monitor reports them. */
function rates(byMetric: Record<string, number>, dimensions: Record<string, string> = {}): MetricRow[] {
  const nothingElse = { unit: 'BitsPerSecond', maximum: null, minimum: null, total: null }
  const starts = Array.from({ length: (NOW - FROM) / GRAIN_MS }, (_, n) => FROM + n * GRAIN_MS)
  return starts.flatMap((at) =>
    Object.entries(byMetric).map(([metric, average]) => ({
      metric,
      at,
      average,
      dimensions,
      grainSeconds: GRAIN_MS / 1_000,
      ...nothingElse,
    })),
  )
}

it('a circuit of a network and of a hub of another subscription is split by what passes to each', async () => {
  await createTestEstatePollRecorder(db).inventory(FROM - MS_PER_HOUR, [...createInventoryRows(), hubGateway])
  // 7,200,900,000 bytes an hour, both directions and paths together; the connections carry 75 and 15 % of them
  await recordTestCircuitBitRates(db, { from: FROM, to: NOW, bitsPerSecond: () => 8_000_000 })
  const record = (resourceId: string, rows: MetricRow[]) =>
    recordPoll(db, { kind: 'metrics', resourceId, at: NOW + 181_000, rows })
  await record(TEST_ESTATE_CONNECTION_ARM_ID, rates({ BitsInPerSecond: 0, BitsOutPerSecond: 12_001_500 }))
  const ofHub = { [hubRateMetrics.in]: 0, [hubRateMetrics.out]: 2_400_300 }
  await record(HUB_GATEWAY, rates(ofHub, { connectionname: 'conn-hub' }))
  await rollUpUsage(db)
  const { rows } = allApiEndpoints.costTco.response.parse(await getCostTco(db, { months: 1 }, NOW)).data
  const parts = rows.filter(({ kind }) => kind === 'circuit').map(({ customer, note }) => [customer, note])
  expect(parts).toEqual([
    [OWNER, expect.stringContaining('75.0 %, measured')],
    [TENANT, expect.stringContaining('15.0 %, measured')],
    ['unallocated', expect.stringContaining('10.0 %')],
  ])
}, 60_000)
