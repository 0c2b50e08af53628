import { describe, expect, it } from 'vitest'
import {
  createAzureHttpResponse,
  createSimulatorServerState,
  createWorld,
  pairWithHub,
  parseSimulatorScenario,
  createSimulatedCredential,
} from '#lab/simulator/index.ts'
import { armTypes } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './config/index.ts'
import { createAzureClient } from './create-azure.ts'
import { armError } from './testing/arm-server.ts'
import { circuitId, createTestArmInventory, SUBSCRIPTION_ID, withAzure } from './testing/fixture.ts'

const context = withAzure()
const GRAPH = /POST \/providers\/Microsoft.ResourceGraph\/resources$/i
const circuit = { id: circuitId, name: 'london', location: 'uksouth', properties: { peerings: [] } }
const idOf = (type: string, name: string) =>
  `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/edge/providers/Microsoft.Network/${type}/${name}`
const row = (type: string, name: string) => ({
  id: idOf(type, name),
  name,
  type: `microsoft.network/${type}`,
  location: 'uksouth',
})
const asked = () => context.server.requests.filter(({ method, path }) => GRAPH.test(`${method} ${path}`))

describe('resources of the edge whose types are not polled', () => {
  it('are named with their types, by one query without the types that are polled', async () => {
    context.server.reset(createTestArmInventory({ resources: [circuit] }))
    const data = [row('interconnectgroups', 'group'), row('networkvirtualappliances', 'fw')]
    context.server.rule({ when: GRAPH, behaviour: { do: 'answer', body: { totalRecords: 2, count: 2, data } } })
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    const others = rows.resources.filter(({ type }) => type === armTypes.otherEdgeResource)
    expect(others.map(({ name, resourceId }) => [name, resourceId])).toEqual([
      ['group', idOf('interconnectgroups', 'group')],
      ['fw', idOf('networkvirtualappliances', 'fw')],
    ])
    expect(others.map(({ type, config }) => decodeResourceConfig(type, config))).toEqual([
      { resource: 'otherEdge', armType: 'microsoft.network/interconnectgroups' },
      { resource: 'otherEdge', armType: 'microsoft.network/networkvirtualappliances' },
    ])
    expect(asked().map(({ body }) => JSON.parse(String(body)).subscriptions)).toEqual([[SUBSCRIPTION_ID]])
    expect(String(asked()[0]?.body)).toMatch(/!in~ \([^)]*'microsoft.network\/expressroutelags'/)
  })

  it('are unknown if Resource Graph refuses, and are not queried without circuits and gateways', async () => {
    context.server.reset(createTestArmInventory({ resources: [circuit] }))
    context.server.rule({ when: GRAPH, behaviour: armError(403, 'AuthorizationFailed', 'no') })
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    expect(rows.listedTypes).not.toContain(armTypes.otherEdgeResource)
    context.server.reset(createTestArmInventory({}))
    expect((await context.inventory()).rows.listedTypes).not.toContain(armTypes.otherEdgeResource)
    expect(asked()).toEqual([])
  })
  it('are queried in a subscription that has only LAGs', async () => {
    const lag = { id: idOf('expressRouteLags', 'lag'), name: 'lag', location: 'uksouth', properties: { links: [] } }
    context.server.reset(createTestArmInventory({ resources: [lag] }))
    const data = [row('trunkbundles', 'bundle')]
    context.server.rule({ when: GRAPH, behaviour: { do: 'answer', body: { totalRecords: 1, count: 1, data } } })
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    expect(rows.resources.map(({ type, name }) => [type, name])).toEqual([
      [armTypes.lag, 'lag'],
      [armTypes.otherEdgeResource, 'bundle'],
    ])
  })

  it('include each type that belongs to the edge by its name or by what it refers to, and no other', async () => {
    const now = Date.parse('2026-11-18T12:00:00Z')
    const group = '/subscriptions/s/resourceGroups/rg-pair/providers/Microsoft.Network'
    const onEdge = [
      { type: 'Microsoft.Network/interconnectGroups', name: 'metro-pair' },
      { type: 'Microsoft.Network/meshVpns', name: 'mesh-branches', of: [`${group}/virtualNetworkGateways/gw-pair`] },
      { type: 'Microsoft.Network/networkVirtualAppliances', name: 'sdwan', of: [`${group}/virtualHubs/vhub-pair`] },
      { type: 'Microsoft.Network/virtualNetworkAppliances', name: 'private-link-appliance' },
      { type: 'Microsoft.Network/vpnServerConfigurations', name: 'staff', of: [`${group}/p2sVpnGateways/users`] },
      { type: 'Microsoft.Network/azureFirewalls', name: 'azfw', of: [`${group}/virtualHubs/vhub-pair`] },
      // a type that did not exist when Peerwatch was written
      { type: 'Microsoft.Network/trunkBundles', name: 'bundle', of: [`${group}/expressRouteLags/lag`] },
    ]
    const beside = [
      { type: 'Microsoft.Network/loadBalancers', name: 'lb', of: [`${group}/virtualNetworks/vnet-spoke`] },
      { type: 'Microsoft.Compute/virtualMachines', name: 'vpn-vm', of: [`${group}/virtualHubs/vhub-pair`] },
    ]
    const others = [...onEdge, ...beside].map((one) => ({ ...one, group: 'rg-pair' }))
    const world = createWorld(parseSimulatorScenario({ ...pairWithHub, others }), now)
    const memory = createSimulatorServerState()
    const azure = createAzureClient({
      resourceManagerUrl: 'http://127.0.0.1:1',
      subscriptionIds: '*',
      clock: { now: () => now, monotonic: () => performance.now() },
      createCredential: createSimulatedCredential,
      transport: ({ method, url, headers, body }) => {
        const { pathname, search, origin } = new URL(url)
        const request = { method, target: `${pathname}${search}`, headers, body: body ?? '', base: origin }
        const given = createAzureHttpResponse(world, now, request, { memory, lro: 'inline' })
        return { ...given, headers: { ...given.headers } }
      },
    })
    const [subscription] = (await azure.listSubscriptions()).subscriptions
    const resourceId = `/subscriptions/${subscription?.subscriptionId}`
    const found = await azure.poll({ resourceId, subresource: '' }, 'inventory')
    if (found.kind !== 'inventory') throw new Error('no inventory')
    const named = found.rows.resources.filter(({ type }) => type === armTypes.otherEdgeResource)
    const stated = named.map(({ name, config }) => [name, decodeResourceConfig(armTypes.otherEdgeResource, config)])
    expect(Object.fromEntries(stated)).toEqual(
      Object.fromEntries(
        onEdge.map(({ name, type }) => [name, { resource: 'otherEdge', armType: type.toLowerCase() }]),
      ),
    )
    azure.close()
  })
})
