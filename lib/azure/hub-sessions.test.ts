import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { pollKindDefinitions } from './kinds/index.ts'
import { listMetricRequests } from './kinds/metrics/metric-requests.ts'
import { armError } from './testing/arm-server.ts'
import { createTestArmInventory, SUBSCRIPTION_ID, withAzure } from './testing/fixture.ts'

const context = withAzure()
const place = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/wan/providers/Microsoft.Network`
const gatewayId = `${place}/vpnGateways/vpngw1`
const action = `${gatewayId}/getBgpPeerStatus`
const target = { resourceId: gatewayId, subresource: '' }

const planned = (links: object[], type: string = armTypes.vpnGateway) => ({
  resourceId: gatewayId,
  type,
  subscriptionId: SUBSCRIPTION_ID,
  config: {
    properties: {
      virtualHub: { id: `${place}/virtualHubs/hub1` },
      connections: [
        {
          name: 'to-branch',
          properties: { remoteVpnSite: { id: `${place}/vpnSites/branch` }, vpnLinkConnections: links },
        },
      ],
    },
  },
})
const link = (enableBgp?: boolean) => ({ name: 'isp-a', properties: { enableBgp } })

describe('the sessions of the VPN gateway of a hub', () => {
  it('are read with its own action, which answers like that of a gateway of a network', async () => {
    const value = [
      {
        localAddress: '10.50.0.12',
        neighbor: '10.200.0.1',
        asn: 65010,
        state: 'Connected',
        connectedDuration: '02:07:41',
        routesReceived: 3,
        messagesSent: 10,
        messagesReceived: 11,
      },
      { localAddress: '10.50.0.13', neighbor: '10.200.0.1', asn: 65010, state: 'Connecting', connectedDuration: null },
    ]
    context.server.reset(createTestArmInventory({ bodies: { [action]: { value } }, rounds: 0 }))
    const read = await context.azure.poll(target, 'peers')
    expect(read).toMatchObject({
      outcome: 'ok',
      rows: [
        { localAddress: '10.50.0.12', neighbor: '10.200.0.1', state: 'established', routesReceived: 3 },
        { localAddress: '10.50.0.13', neighbor: '10.200.0.1', state: 'connect', routesReceived: null },
      ],
    })
    const post = context.server.requests.find(({ method }) => method === 'POST')
    expect(post?.path).toBe(action)
  })

  it('name the right that is missing', async () => {
    const name = 'Microsoft.Network/vpnGateways/getBgpPeerStatus/action'
    context.server.reset(createTestArmInventory({}))
    context.server.rule({
      when: /getBgpPeerStatus$/,
      behaviour: armError(403, 'AuthorizationFailed', `The client has no authorization to perform action '${name}'.`),
    })
    expect(await context.azure.poll(target, 'peers')).toMatchObject({
      outcome: 'forbidden',
      error: { missingAction: name },
    })
    expect(pollKindDefinitions.peers.actions).toContain(name)
  })

  it('are not a fault in a cloud that does not know the action', async () => {
    context.server.reset(createTestArmInventory({}))
    context.server.rule({
      when: /getBgpPeerStatus$/,
      behaviour: armError(404, 'InvalidResourceType', 'The resource type is not found.'),
    })
    expect(await context.azure.poll(target, 'peers')).toMatchObject({ outcome: 'not_polled', rows: [] })
  })

  it.each<[string, object[], string[]]>([
    ['with BGP', [link(true)], ['']],
    ['whose setting ARM does not report', [link()], ['']],
    ['without BGP', [link(false)], []],
    ['with BGP on one of two links', [link(false), link(true)], ['']],
  ])('are polled for branches %s', (_, links, expected) => {
    expect(pollKindDefinitions.peers.subresources(planned(links), [])).toEqual(expected)
  })

  it('are not polled at the ExpressRoute gateway of a hub, which has no such action', () => {
    expect(pollKindDefinitions.peers.subresources(planned([link(true)], armTypes.expressRouteGateway), [])).toEqual([])
  })
})

const metricsOf = (type: string) => listMetricRequests(type, null)?.flatMap(({ metrics }) => metrics) ?? []

it('a hub’s gateways have the metrics of other gateways, and the traffic of each connection', () => {
  expect(metricsOf(armTypes.vpnGateway)).toEqual(
    expect.arrayContaining(['BgpPeerStatus', 'BgpRoutesLearned', 'BgpRoutesAdvertised', 'TunnelIngressBytes']),
  )
  expect(metricsOf(armTypes.expressRouteGateway)).toEqual(
    expect.arrayContaining([
      'ExpressRouteGatewayCpuUtilization',
      'ExpressRouteGatewayPacketsPerSecond',
      'ExpressRouteGatewayActiveFlows',
      'ExpressRouteGatewayCountOfRoutesLearnedFromPeer',
      'ExpressRouteGatewayCountOfRoutesAdvertisedToPeer',
      'ErGatewayConnectionBitsInPerSecond',
    ]),
  )
})
