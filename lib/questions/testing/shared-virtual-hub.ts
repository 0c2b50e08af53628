import { peerRow } from '#lib/history/testing/feed.ts'
import type { DetectedEvent, EpochMs, PollObservation, PollKind, ResourceRow } from '#lib/contract/index.ts'

/** Virtual WAN hub in the provider's subscription that connects circuits, networks and appliances of two customers. */

/** Prefix from circuits of both customers; the hub forwards it over the second customer's circuit. */
export const BROUGHT_BY_BOTH = '10.202.0.0/16'
/** Prefix from circuits of both customers; the hub forwards it over the first customer's circuit. */
export const BROUGHT_BY_BOTH_TOO = '10.203.0.0/16'
const OF_THE_HUB = '10.99.0.0/16'
/** BGP address of the hub owner's VPN site. */
const NEIGHBOR_OF_THE_HUB = '10.99.77.1'

/** Texts about the hub owner's objects, which must not be visible to customers. */
export const VIRTUAL_HUB_CANARIES = [
  'conn-hubonly',
  'site-hubonly',
  'net-hubonly',
  'rt-hubonly',
  'vwan-hubonly',
  OF_THE_HUB,
  NEIGHBOR_OF_THE_HUB,
]

interface VirtualHubParty {
  word: string
  circuit: string
  asn: number
  network: string
  /** prefixes announced by the party's circuit, network and appliance */
  overHub: { circuit: string; network: string; appliance: string }
  appliance: string
}

type RecordPoll = (
  kind: PollKind,
  resourceId: string,
  at: EpochMs,
  rows: PollObservation['rows'],
  subresource?: string,
) => Promise<void>

export const buildHubConnectionName = ({ word }: Pick<VirtualHubParty, 'word'>) => `conn-vhub-${word}`
const networkOf = ({ word }: VirtualHubParty) => `net-${word}`
const peerOf = ({ word }: VirtualHubParty) => `nva-${word}`

/** @param place ARM id of the resource group up to the Microsoft.Network provider, without a trailing slash */
export function sharedVirtualHub(place: string) {
  const hub = `${place}/virtualHubs/vhub-common`
  const gateway = `${place}/expressRouteGateways/ergw-vhub-common`
  const vpnGateway = `${place}/vpnGateways/vpngw-vhub-common`
  const table = `${hub}/hubRouteTables/rt-common`
  const tableOfTheHub = `${hub}/hubRouteTables/rt-hubonly`
  const connectionId = (party: VirtualHubParty) => `${gateway}/expressRouteConnections/${buildHubConnectionName(party)}`
  const networkId = (name: string) => `${hub}/hubVirtualNetworkConnections/${name}`
  const peerId = (party: VirtualHubParty) => `${hub}/bgpConnections/${peerOf(party)}`
  const listed = (resourceId: string, config: Record<string, unknown>): ResourceRow => {
    const [, , subscriptionId = '', , resourceGroup = '', , ...names] = resourceId.split('/')
    const [namespace = '', ...pairs] = names
    const type = [namespace, ...pairs.filter((_, index) => index % 2 === 0)].join('/').toLowerCase()
    return { resourceId, type, name: pairs.at(-1) ?? '', subscriptionId, resourceGroup, location: 'westeurope', config }
  }

  const rows = (parties: readonly VirtualHubParty[]): ResourceRow[] => [
    listed(hub, {
      properties: {
        provisioningState: 'Succeeded',
        routingState: 'Provisioned',
        virtualWan: { id: `${place}/virtualWans/vwan-hubonly` },
        addressPrefix: '10.130.0.0/23',
        virtualRouterAsn: 65_515,
        bgpConnections: parties.map((one) => ({ id: peerId(one) })),
      },
    }),
    listed(gateway, {
      properties: {
        provisioningState: 'Succeeded',
        virtualHub: { id: hub },
        expressRouteConnections: parties.map((one) => ({
          name: buildHubConnectionName(one),
          id: connectionId(one),
          properties: { expressRouteCircuitPeering: { id: `${one.circuit}/peerings/AzurePrivatePeering` } },
        })),
      },
    }),
    listed(vpnGateway, {
      properties: {
        virtualHub: { id: hub },
        connections: [
          {
            name: 'conn-hubonly',
            id: `${vpnGateway}/vpnConnections/conn-hubonly`,
            properties: { remoteVpnSite: { id: `${place}/vpnSites/site-hubonly` } },
          },
        ],
      },
    }),
    listed(table, {
      properties: {
        labels: ['common'],
        associatedConnections: parties.map((one) => networkId(networkOf(one))),
        propagatingConnections: [
          ...parties.map(connectionId),
          networkId('net-hubonly'),
          // the inventory does not list the configurations of user VPN gateways
          `${place}/p2sVpnGateways/p2s-hubonly/p2sConnectionConfigurations/users-hubonly`,
        ],
      },
    }),
    listed(tableOfTheHub, {
      properties: {
        labels: ['hubonly'],
        associatedConnections: [networkId('net-hubonly')],
        propagatingConnections: parties.map(connectionId),
      },
    }),
    ...parties.map((one) =>
      listed(networkId(networkOf(one)), {
        properties: {
          remoteVirtualNetwork: { id: one.network },
          routingConfiguration: { associatedRouteTable: { id: table } },
        },
      }),
    ),
    listed(networkId('net-hubonly'), {
      properties: { routingConfiguration: { associatedRouteTable: { id: tableOfTheHub } } },
    }),
    ...parties.map((one) =>
      listed(peerId(one), {
        properties: {
          peerIp: one.appliance,
          peerAsn: one.asn,
          hubVirtualNetworkConnection: { id: networkId(networkOf(one)) },
        },
      }),
    ),
  ]

  const route = (prefix: string, peer: string, asPath: number[], origin: string | null = null) => ({
    instance: null,
    prefix,
    nextHop: peer,
    peer,
    origin,
    asPath,
    weight: null,
    localPref: null,
  })

  async function record(poll: RecordPoll, [first, second]: [VirtualHubParty, VirtualHubParty], at: EpochMs) {
    const parties = [first, second]
    const pathOf = ({ asn }: VirtualHubParty) => [12_076, asn]
    const effective = [
      ...parties.flatMap((one) => [
        route(one.overHub.circuit, 'expressRouteGateways/ergw-vhub-common', pathOf(one), 'ExpressRouteGateway'),
        route(one.overHub.network, `hubVirtualNetworkConnections/${networkOf(one)}`, [], 'Virtual Network Connection'),
        route(one.overHub.appliance, `bgpConnections/${peerOf(one)}`, [one.asn], 'HubBgpConnection'),
      ]),
      route(BROUGHT_BY_BOTH, 'expressRouteGateways/ergw-vhub-common', pathOf(second), 'ExpressRouteGateway'),
      route(BROUGHT_BY_BOTH_TOO, 'expressRouteGateways/ergw-vhub-common', pathOf(first), 'ExpressRouteGateway'),
      route(OF_THE_HUB, 'vpnGateways/vpngw-vhub-common', [65_020], 'VPN_S2S_Gateway'),
    ]
    await poll('tables', hub, at, effective, 'defaultRouteTable')
    await poll('tables', table, at, effective)
    await poll('tables', tableOfTheHub, at, effective)
    await poll('learned', vpnGateway, at, [route(OF_THE_HUB, 'conn-hubonly', [65_020])], 'vhub-common/conn-hubonly')
    const session = (localAddress: string, neighbor: string, asn: number) =>
      peerRow({ localAddress, neighbor, asn, routesReceived: null })
    await poll(
      'peers',
      hub,
      at,
      parties.map(({ appliance, asn }) => session('', appliance, asn)),
    )
    await poll('peers', vpnGateway, at, [session('10.130.0.12', NEIGHBOR_OF_THE_HUB, 65_020)])
    for (const one of parties) {
      const brought = [one.overHub.circuit, BROUGHT_BY_BOTH, BROUGHT_BY_BOTH_TOO]
      const inbound = brought.map((prefix) => ({
        ...route(prefix, buildHubConnectionName(one), pathOf(one)),
        nextHop: null,
      }))
      await poll('learned', gateway, at, inbound, `vhub-common/${buildHubConnectionName(one)}`)
      const instance = 'RouteServiceRole_IN_0'
      const announced = effective.map(({ prefix, asPath }) => route(prefix, '10.130.0.68', [65_515, ...asPath]))
      await poll(
        'advertised',
        peerId(one),
        at,
        announced.map((row) => ({ ...row, instance })),
      )
      await poll('learned', peerId(one), at, [{ ...route(one.overHub.appliance, one.appliance, [one.asn]), instance }])
    }
    const bits = { unit: 'BitsPerSecond', grainSeconds: 60, maximum: null, minimum: null, total: null }
    await poll(
      'metrics',
      gateway,
      at,
      parties.map((one) => ({
        ...bits,
        metric: 'ErGatewayConnectionBitsInPerSecond',
        dimensions: { connectionname: buildHubConnectionName(one) },
        at: at - 300_000,
        average: one === first ? 71_117_111 : 72_227_222,
      })),
    )
    await poll(
      'activity',
      `/subscriptions/${hub.split('/')[2]}`,
      at,
      parties.map((one) => ({
        eventDataId: `activity-hub-${one.word}-${at}`,
        correlationId: `correlation-hub-${one.word}`,
        at: at - 60_000,
        submittedAt: null,
        operation: 'Microsoft.Network/expressRouteGateways/expressRouteConnections/write',
        status: 'Succeeded',
        resourceId: connectionId(one),
        caller: 'provider@example.com',
        category: 'Administrative',
      })),
    )
  }

  /** Returns the events of detection about the connection and the appliance of one party. */
  const events = (one: VirtualHubParty): Pick<DetectedEvent, 'kind' | 'subject' | 'evidence'>[] => [
    {
      kind: 'hub_connection_emptied',
      subject: buildHubConnectionName(one),
      evidence: [
        { field: 'prefixes', before: one.overHub.circuit, after: null, sampledBefore: null, sampledAfter: null },
      ],
    },
  ]

  return { hub, gateway, vpnGateway, table, tableOfTheHub, rows, record, events, peerId }
}
