import { describe, expect, it } from 'vitest'
import { armTypes, type InventoryObservation } from '#lib/contract/index.ts'
import { decodeConfig } from './config/index.ts'
import { armError } from './testing/arm-server.ts'
import { estateOf, SUBSCRIPTION_ID, subscriptionId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/Hub/providers/Microsoft.Network`
const tableId = `${GROUP}/routeTables/rt-gateway`
const table = {
  id: tableId,
  name: 'rt-gateway',
  location: 'uksouth',
  properties: {
    disableBgpRoutePropagation: false,
    routes: [
      {
        name: 'web',
        properties: { addressPrefix: '10.1.0.0/16', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.9.4' },
      },
      { name: 'broken', properties: {} },
    ],
  },
}
const network = (subnet: string, routeTable: object | undefined) => ({
  id: `${GROUP}/virtualNetworks/hub`,
  name: 'hub',
  location: 'uksouth',
  properties: { subnets: [{ name: subnet, properties: { addressPrefix: '10.0.4.0/27', routeTable } }] },
})

async function inventory(): Promise<InventoryObservation> {
  const observation = await context.azure.poll({ resourceId: subscriptionId, subresource: '' }, 'inventory')
  if (observation.kind !== 'inventory') throw new Error(`an observation of ${observation.kind}`)
  return observation
}
const asked = () => context.server.requests.filter(({ path }) => /routeTables$/i.test(path)).length

describe('user-defined routes of a GatewaySubnet', () => {
  it('are listed in the group of its table', async () => {
    context.server.reset(estateOf({ resources: [network('GatewaySubnet', { id: tableId }), table] }))
    const { outcome, rows } = await inventory()
    expect([outcome, asked()]).toEqual(['ok', 1])
    const [found] = rows.resources.filter(({ type }) => type === armTypes.routeTable)
    expect(found && decodeConfig(found.type, found.config)).toEqual({
      resource: 'routeTable',
      propagatesBgp: true,
      routes: [{ name: 'web', prefix: '10.1.0.0/16', nextHopType: 'VirtualAppliance', nextHop: '10.0.9.4' }],
    })
  })

  it.each([
    ['where it has no table', network('GatewaySubnet', undefined)],
    ['for the tables of other subnets', network('web', { id: tableId })],
  ])('are not asked for %s', async (_, own) => {
    context.server.reset(estateOf({ resources: [own, table] }))
    const { outcome } = await inventory()
    expect([outcome, asked()]).toEqual(['ok', 0])
  })

  it('are none that is gone where a role of before may not list them', async () => {
    context.server.reset(estateOf({ resources: [network('GatewaySubnet', { id: tableId }), table] }))
    context.server.rule({ when: /routeTables$/i, behaviour: armError(403, 'AuthorizationFailed', 'no') })
    const { rows } = await inventory()
    expect(rows.listedTypes).not.toContain(armTypes.routeTable)
    expect(rows.failedTypes.map(({ type }) => type)).not.toContain(armTypes.routeTable)
  })
})

describe('public addresses of gateways', () => {
  const addressId = (name: string) => `${GROUP}/publicIPAddresses/${name}`
  const address = (name: string, zones?: string[]) => ({
    id: addressId(name),
    name,
    location: 'uksouth',
    ...(zones && { zones }),
    properties: { ipAddress: '203.0.113.7' },
  })
  const gateway = {
    id: `${GROUP}/virtualNetworkGateways/gw`,
    name: 'gw',
    location: 'uksouth',
    properties: {
      gatewayType: 'Vpn',
      ipConfigurations: [{ name: 'default', properties: { publicIPAddress: { id: addressId('pip-gw') } } }],
    },
  }
  const resources = [gateway, address('pip-gw', ['1']), address('pip-of-a-web-server')]
  const askedAddresses = () => context.server.requests.filter(({ path }) => /publicIPAddresses$/i.test(path)).length

  it('are read with their zones, and no others of their group', async () => {
    context.server.reset(estateOf({ resources }))
    const { outcome, rows } = await inventory()
    expect([outcome, askedAddresses()]).toEqual(['ok', 1])
    const found = rows.resources.filter(({ type }) => type === armTypes.publicAddress)
    expect(found.map(({ type, config }) => decodeConfig(type, config))).toEqual([
      { resource: 'publicAddress', address: '203.0.113.7', zones: ['1'] },
    ])
  })

  it('are not asked for without a gateway, and their refusal fails nothing', async () => {
    context.server.reset(estateOf({ resources: resources.slice(1) }))
    expect([(await inventory()).outcome, askedAddresses()]).toEqual(['ok', 0])
    context.server.reset(estateOf({ resources }))
    context.server.rule({ when: /publicIPAddresses$/i, behaviour: armError(403, 'AuthorizationFailed', 'no') })
    const { outcome, rows } = await inventory()
    expect(outcome).toBe('ok')
    expect(rows.listedTypes).not.toContain(armTypes.publicAddress)
  })
})
