import { describe, expect, it } from 'vitest'
import { armTypes, type InventoryObservation } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './config/index.ts'
import { armError } from './testing/arm-server.ts'
import { circuitId, createTestArmInventory, SUBSCRIPTION_ID, subscriptionId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const place = `${subscriptionId}/providers/Microsoft.Network/expressRouteServiceProviders`
const provider = (name: string, ...mbps: number[]) => ({
  id: `/subscriptions//resourceGroups//providers/Microsoft.Network/expressRouteServiceProviders/`,
  name,
  properties: {
    peeringLocations: ['London', 'Amsterdam Metro', 'Telemetro'],
    bandwidthsOffered: mbps.map((valueInMbps) => ({ offerName: `${valueInMbps}Mbps`, valueInMbps })),
  },
})
const circuit = (serviceProviderName: string | undefined) => ({
  id: circuitId,
  name: 'london',
  location: 'uksouth',
  properties: { peerings: [], serviceProviderProperties: { serviceProviderName } },
})
const estate = (name: string | undefined) =>
  createTestArmInventory({
    resources: [circuit(name)],
    bodies: { [place]: { value: [provider('Equinix', 1_000, 50), provider('Colt', 100)] } },
  })

async function inventory(): Promise<InventoryObservation['rows']> {
  const observation = await context.inventory()
  expect(observation.outcome).toBe('ok')
  return observation.rows
}
const asked = () => context.server.requests.filter(({ path }) => /expressRouteServiceProviders$/i.test(path)).length

describe('ExpressRoute providers', () => {
  it('are those of the subscription’s circuits, each by an id of its own, with what they sell', async () => {
    context.server.reset(estate('equinix'))
    const { resources, listedTypes } = await inventory()
    const found = resources.filter(({ type }) => type === armTypes.serviceProvider)
    expect(listedTypes).toContain(armTypes.serviceProvider)
    expect(found).toMatchObject([{ resourceId: `${place}/Equinix`, name: 'Equinix', subscriptionId: SUBSCRIPTION_ID }])
    expect(found.map(({ type, config }) => decodeResourceConfig(type, config))).toEqual([
      { resource: 'serviceProvider', bandwidthsMbps: [50, 1_000], metroLocations: ['Amsterdam Metro'] },
    ])
  })

  it('are not listed again with the next inventory, and stay as they were', async () => {
    context.server.reset(estate('Equinix'))
    await inventory()
    expect((await inventory()).listedTypes).not.toContain(armTypes.serviceProvider)
    expect(asked()).toBe(1)
  })

  it('are listed again as soon as a circuit has another', async () => {
    context.server.reset(estate('Equinix'))
    await inventory()
    context.server.reset(estate('Colt'))
    expect((await inventory()).resources).toContainEqual(expect.objectContaining({ name: 'Colt' }))
  })

  it('are not asked for where no circuit has one', async () => {
    context.server.reset(estate(undefined))
    expect((await inventory()).listedTypes).toContain(armTypes.serviceProvider)
    expect(asked()).toBe(0)
  })

  it('that may not be listed are not known, and are not asked for again soon', async () => {
    context.server.reset(estate('Equinix'))
    context.server.rule({
      when: /expressRouteServiceProviders/i,
      behaviour: armError(403, 'AuthorizationFailed', 'no'),
    })
    expect((await inventory()).listedTypes).not.toContain(armTypes.serviceProvider)
    await inventory()
    expect(asked()).toBe(1)
  })
})
