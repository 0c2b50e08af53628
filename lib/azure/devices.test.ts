import { describe, expect, it } from 'vitest'
import type { InventoryObservation } from '#lib/contract/index.ts'
import { armError, type Behaviour } from './testing/arm-server.ts'
import { connectionId, estateOf, gatewayId, SUBSCRIPTION_ID, subscriptionId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const TYPE = 'microsoft.network/localnetworkgateways'
const deviceId = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/Devices/providers/Microsoft.Network/localNetworkGateways/leeds`
const device = {
  id: deviceId,
  name: 'leeds',
  location: 'uksouth',
  properties: { gatewayIpAddress: '192.0.2.200', bgpSettings: { asn: 65010, bgpPeeringAddress: '10.200.0.1' } },
}
const gateway = { id: gatewayId, name: 'gw', location: 'uksouth', properties: { gatewayType: 'Vpn' } }
const connection = (properties: object) => ({ id: connectionId, name: 'gw-leeds', location: 'uksouth', properties })
const toDevice = connection({ connectionType: 'IPsec', localNetworkGateway2: { id: deviceId, properties: {} } })

async function inventory(): Promise<InventoryObservation> {
  const observation = await context.azure.poll({ resourceId: subscriptionId, subresource: '' }, 'inventory')
  if (observation.kind !== 'inventory') throw new Error(`an observation of ${observation.kind}`)
  return observation
}
const asked = () =>
  context.server.requests.filter(({ path }) => /localNetworkGateways$/i.test(path)).map(({ path }) => path)

describe('devices on premises', () => {
  it('are listed in the groups that VPN connections name, and in no other', async () => {
    context.server.reset(estateOf({ resources: [gateway, toDevice, device] }))
    const { outcome, rows } = await inventory()
    expect(outcome).toBe('ok')
    expect(asked().map((path) => path.toLowerCase())).toEqual([deviceId.toLowerCase().replace(/\/[^/]+$/, '')])
    expect(rows.listedTypes).toContain(TYPE)
    expect(rows.resources.filter(({ type }) => type === TYPE)).toMatchObject([{ resourceId: deviceId, name: 'leeds' }])
  })

  it('are not asked for where no connection ends on one', async () => {
    context.server.reset(estateOf({ resources: [gateway, connection({ connectionType: 'ExpressRoute' }), device] }))
    const { rows } = await inventory()
    expect(asked()).toEqual([])
    expect(rows.listedTypes).toContain(TYPE)
  })

  it.each<[string, RegExp, Behaviour]>([
    ['they are refused', /localNetworkGateways$/i, armError(403, 'AuthorizationFailed', 'no')],
    ['connections are refused', /\/connections$/i, armError(403, 'AuthorizationFailed', 'no')],
  ])('are none that is gone where %s', async (_, when, behaviour) => {
    context.server.reset(estateOf({ resources: [gateway, toDevice, device] }))
    context.server.rule({ when, behaviour })
    const { rows } = await inventory()
    expect(rows.listedTypes).not.toContain(TYPE)
    expect(rows.failedTypes.map(({ type }) => type)).not.toContain(TYPE)
  })
})
