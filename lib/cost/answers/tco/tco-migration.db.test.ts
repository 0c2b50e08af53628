import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { getCostTco } from '../queued-answers.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 11)
const SUBNET = `${TEST_ESTATE_GATEWAY_ARM_ID.split('/virtualNetworkGateways/')[0]}/virtualNetworks/hub/subnets/GatewaySubnet`

it('of two gateways in a migration the one in use has a price; one that waits alone has its own', async () => {
  const own = createInventoryRows().find(({ resourceId }) => resourceId === TEST_ESTATE_GATEWAY_ARM_ID)
  const { properties } = (own?.config ?? {}) as { properties: object }
  const gateway = (name: string, more: object) => {
    const ipConfigurations = [{ properties: { subnet: { id: SUBNET } } }]
    const resourceId = TEST_ESTATE_GATEWAY_ARM_ID.replace(/[^/]+$/, name)
    return { ...own, resourceId, name, config: { properties: { ...properties, ipConfigurations, ...more } } } as never
  }
  const feed = createTestEstatePollRecorder(db)
  const priced = async () => {
    const { data } = allApiEndpoints.costTco.response.parse(await getCostTco(db, { months: 1 }, NOW))
    return data.rows.filter(({ kind }) => kind === 'gateway').map(({ name }) => name)
  }
  await feed.inventory(Date.UTC(2026, 9, 20), [gateway('gw', { adminState: 'Disabled' })])
  expect(await priced()).toEqual(['gw'])
  await feed.inventory(Date.UTC(2026, 10, 2), [gateway('gw', {}), gateway('gw_migrated', { adminState: 'Disabled' })])
  expect(await priced()).toEqual(['gw'])
})
