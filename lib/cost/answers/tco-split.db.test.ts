import { beforeAll, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { MetricRow, ResourceRow } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, recordObservation, rollUpUsage } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  TEST_ESTATE_CONNECTION_ARM_ID,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
  TEST_ESTATE_SUBSCRIPTION_ARM_ID,
} from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { getCostTco } from './queued-answers.ts'

const db = withTestDatabase()
const GRAIN_MS = 300_000
const NOTHING_ELSE = { unit: 'BitsPerSecond', maximum: null, minimum: null, total: null }
const FROM = Date.UTC(2026, 10, 1)
const NOW = FROM + 24 * MS_PER_HOUR
const [OWNER, TENANT] = [TEST_ESTATE_SUBSCRIPTION_ARM_ID.split('/')[2] ?? '', '99999999-2222-3333-4444-555555555555']
const ofTenant = (id: string) => id.replace(OWNER, TENANT)

/** Returns a circuit shared by two subscriptions. Each has a gateway with a network, and its own connection. */
function sharedCircuit(): ResourceRow[] {
  const rows = createInventoryRows().map((row) => {
    if (row.resourceId !== TEST_ESTATE_GATEWAY_ARM_ID) return row
    const { properties } = row.config as { properties: object }
    const subnet = {
      id: `${TEST_ESTATE_SUBSCRIPTION_ARM_ID}/resourceGroups/Edge/providers/Microsoft.Network/virtualNetworks/hub/subnets/S`,
    }
    return { ...row, config: { properties: { ...properties, ipConfigurations: [{ properties: { subnet } }] } } }
  })
  const second = rows
    .filter(({ resourceId }) => resourceId !== TEST_ESTATE_CIRCUIT_ARM_ID)
    .map((row) => ({
      ...row,
      resourceId: ofTenant(row.resourceId),
      subscriptionId: TENANT,
      config: JSON.parse(
        JSON.stringify(row.config).replaceAll(TEST_ESTATE_GATEWAY_ARM_ID, ofTenant(TEST_ESTATE_GATEWAY_ARM_ID)),
      ) as ResourceRow['config'],
    }))
  return [...rows, ...second]
}

/** Records the traffic of a connection out of Azure, as Azure Monitor reports it. */
async function feedConnection(resourceId: string, bitsPerSecond: number): Promise<void> {
  const target = { resourceId, subresource: '' }
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const rows: MetricRow[] = []
  for (let at = FROM; at < NOW; at += GRAIN_MS)
    for (const [metric, average] of Object.entries({ BitsInPerSecond: 0, BitsOutPerSecond: bitsPerSecond }))
      rows.push({ metric, at, average, dimensions: {}, grainSeconds: GRAIN_MS / 1_000, ...NOTHING_ELSE })
  const polled = { startedAt: NOW + 181_000, finishedAt: NOW + 182_000, outcome: 'ok', error: null } as const
  await db.transaction((client) =>
    recordObservation(
      client,
      sourceId,
      { target, kind: 'metrics', ...polled, silentInstances: [], budget: null, correlationId: 'test', rows },
      { intervalSeconds: 300 },
    ),
  )
}

beforeAll(async () => {
  await createTestEstatePollRecorder(db).inventory(FROM - MS_PER_HOUR, sharedCircuit())
  // 1,000,000 bytes a second out of Azure and 125 into it on each of two paths: 7,200,900,000 an hour
  await recordTestCircuitBitRates(db, { from: FROM, to: NOW, bitsPerSecond: () => 8_000_000 })
  // 75 and 15 % of these bytes
  await feedConnection(TEST_ESTATE_CONNECTION_ARM_ID, 12_001_500)
  await feedConnection(ofTenant(TEST_ESTATE_CONNECTION_ARM_ID), 2_400_300)
  await rollUpUsage(db)
}, 60_000)

it('a circuit of two subscriptions is split by what their connections were measured to carry', async () => {
  const { rows } = allApiEndpoints.costTco.response.parse(await getCostTco(db, { months: 1 }, NOW)).data
  const parts = rows
    .filter(({ kind }) => kind === 'circuit')
    .map(({ customer, cost, note }) => [customer, cost?.amount, note])
  // 436 / 30 = 14.53: 75 % and 15 % of it, rounded down to the cent; the part that neither connection carried stays
  // unallocated
  expect(parts).toEqual([
    [OWNER, '10.89', expect.stringContaining('75.0 %, measured')],
    [TENANT, '2.17', expect.stringContaining('15.0 %, measured')],
    ['unallocated', '1.47', expect.stringContaining('10.0 %')],
  ])
})
