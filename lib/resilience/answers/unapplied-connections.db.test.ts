import { beforeAll, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCircuitRow,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  createNetworkRow,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import type { ResourceRow } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { getResilience } from './resilience.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)

const withProperties = (row: ResourceRow, more: object): ResourceRow => ({
  ...row,
  config: { ...row.config, properties: { ...(row.config.properties as object), ...more } },
})
const at = (name: string, peeringLocation: string) =>
  withProperties(createCircuitRow(name), {
    serviceProviderProperties: { serviceProviderName: 'Carrier', peeringLocation },
  })

let seconds = 0
async function twoLocations(provisioningState: string) {
  seconds += 10
  await createTestPollRecorder(db).inventory(T0 + seconds * 1_000, [
    at('lon', 'London'),
    at('ams', 'Amsterdam'),
    createGatewayRow('ergw', 'ExpressRoute', 'hub'),
    createNetworkRow('hub', ['10.0.0.0/16']),
    withProperties(createConnectionRow('cxn-lon', 'ergw', 'lon', 0), { provisioningState: 'Succeeded' }),
    withProperties(createConnectionRow('cxn-ams', 'ergw', 'ams', 0), { provisioningState }),
  ])
  const { data } = await getResilience(db, {}, T0 + seconds * 1_000 + 5_000)
  return data.checks.find(({ id }) => id === `two_locations:${computeShortId(gatewayId('ergw'))}`)
}

beforeAll(async () => {
  await twoLocations('Succeeded')
})

it.each(['Succeeded', 'Updating'])('a connection that Azure reports as %s adds a location', async (state) => {
  expect(await twoLocations(state)).toMatchObject({ state: 'pass' })
})

it.each(['Failed', 'Canceled', 'Creating', 'Deleting'])(
  'a connection that Azure reports as %s proves no second location',
  async (state) => {
    expect(await twoLocations(state)).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('not known to have effect'),
    })
  },
)
