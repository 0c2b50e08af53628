import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { ResourceRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createTestEstatePollRecorder, createInventoryRows } from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { getCostProjections, getCostTco } from './queued-answers.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 12)
const FROM = NOW - 10 * 24 * MS_PER_HOUR

const place = (type: string) =>
  `/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-edge/providers/Microsoft.Network/${type}/erd`
const port = (type: 'expressRoutePorts' | 'expressRouteLags'): ResourceRow => ({
  resourceId: place(type),
  type: `microsoft.network/${type}`.toLowerCase(),
  name: 'erd',
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  resourceGroup: 'rg-edge',
  location: 'uksouth',
  config: { properties: { peeringLocation: 'London2', bandwidthInGbps: 10, links: [] } },
})

it.each([
  ['port', 'expressRoutePorts', 'expressRoutePort', 1],
  ['LAG', 'expressRouteLags', 'expressRouteLag', 2],
] as const)('a circuit on a %s is priced as Direct, by the zone of its location', async (_, type, member, hour) => {
  if (hour === 1) await recordTestCircuitBitRates(db, { from: FROM, to: NOW, bitsPerSecond: () => 120_000_000 })
  const direct = { serviceProviderProperties: null, bandwidthInGbps: 5, [member]: { id: place(type) } }
  await createTestEstatePollRecorder(db).inventory(FROM + hour * MS_PER_HOUR, [
    ...createInventoryRows(direct),
    port(type),
  ])
  const { data } = allApiEndpoints.costProjections.response.parse(await getCostProjections(db, {}, NOW))
  expect(data.circuits).toMatchObject([{ zone: 'Zone 1', unpricedBecause: null, bandwidthMbps: 5_000 }])
  const tco = allApiEndpoints.costTco.response.parse(await getCostTco(db, { months: 1 }, NOW))
  const rows = tco.data.rows.filter(({ circuitId }) => circuitId !== null)
  // the port pair or LAG has no list price; a circuit of 5 Gb/s of a provider would cost 2,180 a month
  expect(rows.find(({ kind }) => kind === 'direct_port')).toMatchObject({
    cost: null,
    note: 'no list has the price of an ExpressRoute Direct port pair or LAG: declare it',
  })
  expect(rows.flatMap(({ kind, cost }) => (kind === 'circuit' ? cost : []))).toMatchObject([{ amount: '0.00' }])
  expect(rows.map(({ kind }) => kind)).not.toContain('provider_l2')
})
