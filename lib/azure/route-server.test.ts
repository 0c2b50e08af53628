import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './config/index.ts'
import { pollKindDefinitions } from './kinds/index.ts'
import type { PlannedResource } from './kinds/kind.ts'
import { exampleBody } from './testdata/wire-form.ts'
import { createTestArmInventory, SUBSCRIPTION_ID, withAzure } from './testing/fixture.ts'

const context = withAzure()
const place = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg1/providers/Microsoft.Network`
const serverId = `${place}/virtualHubs/virtualRouter1`
const peerId = `${serverId}/bgpConnections/peer1`

const serve = (bodies: Record<string, unknown>) => context.server.reset(createTestArmInventory({ bodies, rounds: 0 }))
const poll = (resourceId: string, kind: 'peers' | 'learned' | 'advertised') =>
  context.azure.poll({ resourceId, subresource: '' }, kind)

describe('a Route Server', () => {
  it('has its BGP connections as sessions, one for both instances', async () => {
    serve({ [`${serverId}/bgpConnections`]: exampleBody('VirtualHubBgpConnectionList') })
    expect(await poll(serverId, 'peers')).toMatchObject({
      outcome: 'ok',
      rows: [{ localAddress: '', neighbor: '192.168.1.5', asn: 20000, state: 'established', azureState: 'Connected' }],
    })
    const connection = (connectionState: string) => ({
      properties: { peerIp: '10.0.0.4', peerAsn: 65050, connectionState },
    })
    for (const [word, state] of [
      ['NotConnected', 'idle'],
      ['Connecting', 'connect'],
      ['Unknown', 'unknown'],
    ] as const) {
      serve({ [`${serverId}/bgpConnections`]: { value: [connection(word)] } })
      expect(await poll(serverId, 'peers')).toMatchObject({ rows: [{ state, azureState: word, routesReceived: null }] })
    }
    // recordings from 2020 to 2022 contain no state
    serve({ [`${serverId}/bgpConnections`]: { value: [{ properties: { peerIp: '10.1.0.9', peerAsn: 65001 } }] } })
    expect(await poll(serverId, 'peers')).toMatchObject({ rows: [{ state: 'unknown', azureState: '' }] })
  })

  const properties = { allowBranchToBranchTraffic: false }
  const server = { id: serverId, name: 'virtualRouter1', location: 'uksouth', properties }
  const mapId = `${serverId}/routeMaps/rm-north`
  const map = {
    id: mapId,
    name: 'rm-north',
    properties: {
      associatedInboundConnections: [peerId],
      rules: [{ name: 'r1', actions: [{ type: 'Drop' }] }],
      provisioningState: 'Succeeded',
    },
  }
  it.each([
    ['names them', { ...properties, routeMaps: [{ id: mapId }] }],
    ['does not name them', properties],
  ])('has its route maps in the inventory, if its resource %s', async (_, own) => {
    const bodies = { [`${serverId}/routeMaps`]: { value: [map] } }
    context.server.reset(createTestArmInventory({ resources: [{ ...server, properties: own }], bodies }))
    const { rows } = await context.inventory()
    const found = rows.resources.find(({ type }) => type === armTypes.hubRouteMap)
    expect(found && decodeResourceConfig(armTypes.hubRouteMap, found.config)).toMatchObject({
      rules: 1,
      drops: 1,
      inbound: ['peer1'],
    })
  })

  it('may not have a list of route maps, which hides no route map of others', async () => {
    context.server.reset(createTestArmInventory({ resources: [server], bodies: {} }))
    const { outcome, rows } = await context.inventory()
    expect([outcome, rows.listedTypes.includes(armTypes.hubRouteMap)]).toEqual(['ok', true])
  })

  it('has a table of learned routes for each instance, of the official example', async () => {
    serve({ [`${peerId}/learnedRoutes`]: exampleBody('VirtualRouterPeerListLearnedRoute') })
    const route = {
      prefix: '10.101.0.0/16',
      nextHop: '10.85.4.4',
      peer: '10.85.4.4',
      asPath: [65002, 65001],
      origin: 'EBgp',
    }
    // each table of the example has the route with the addresses of both instances
    expect(await poll(peerId, 'learned')).toMatchObject({
      outcome: 'ok',
      rows: [
        { ...route, instance: 'RouteServiceRole_IN_0' },
        { ...route, instance: 'RouteServiceRole_IN_1' },
      ],
    })
    expect(context.server.requests.findLast(({ method }) => method === 'POST')?.path).toBe(`${peerId}/learnedRoutes`)
  })

  it('has a table of advertised routes for each instance, of the official example', async () => {
    serve({ [`${peerId}/advertisedRoutes`]: exampleBody('VirtualRouterPeerListAdvertisedRoute') })
    const { outcome, rows } = await poll(peerId, 'advertised')
    expect(outcome).toBe('ok')
    expect(rows).toHaveLength(6)
    expect(rows).toMatchObject(
      ['10.45.0.0/16', '10.85.0.0/16', '10.100.0.0/16'].flatMap((prefix) =>
        [0, 1].map((n) => ({ prefix, instance: `RouteServiceRole_IN_${n}`, asPath: [65515] })),
      ),
    )
  })

  it('says that a peer announces nothing by empty tables; no table at all is malformed', async () => {
    serve({ [`${peerId}/learnedRoutes`]: { RouteServiceRole_IN_0: [], RouteServiceRole_IN_1: [] } })
    expect(await poll(peerId, 'learned')).toMatchObject({ outcome: 'ok', rows: [] })
    serve({ [`${peerId}/learnedRoutes`]: {} })
    expect(await poll(peerId, 'learned')).toMatchObject({ outcome: 'malformed', rows: [] })
    serve({ [`${peerId}/learnedRoutes`]: { RouteServiceRole_IN_0: null } })
    expect(await poll(peerId, 'learned')).toMatchObject({ outcome: 'malformed' })
  })
})

describe('what is polled of a virtual hub and its BGP connections', () => {
  const of = (type: string, resourceId: string, properties: object): PlannedResource => ({
    resourceId,
    type,
    subscriptionId: SUBSCRIPTION_ID,
    config: { properties },
  })
  const wan = { virtualWan: { id: `${place}/virtualWans/wan` } }
  const withPeers = { ...wan, bgpConnections: [{ id: peerId }] }
  const inHub = { hubVirtualNetworkConnection: { id: `${serverId}/hubVirtualNetworkConnections/c` } }

  it.each([
    ['a Route Server', of(armTypes.virtualHub, serverId, {}), 'peers', ['']],
    ['a hub of a Virtual WAN without BGP peers', of(armTypes.virtualHub, serverId, wan), 'peers', []],
    ['a hub of a Virtual WAN with BGP peers', of(armTypes.virtualHub, serverId, withPeers), 'peers', ['']],
    ['a peer of a Route Server', of(armTypes.hubBgpConnection, peerId, {}), 'learned', ['']],
    ['a peer of a Route Server', of(armTypes.hubBgpConnection, peerId, {}), 'advertised', ['']],
    ['a peer of a hub', of(armTypes.hubBgpConnection, peerId, inHub), 'learned', ['']],
    ['a peer of a hub', of(armTypes.hubBgpConnection, peerId, inHub), 'advertised', ['']],
  ] as const)('%s: %#', (_, resource, kind, expected) => {
    expect(pollKindDefinitions[kind].subresources(resource, [])).toEqual(expected)
    const { runsOn } = pollKindDefinitions[kind]
    if (kind !== 'peers') expect(runsOn?.(resource)).toBe(serverId)
  })
})
