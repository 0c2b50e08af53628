import type { PollTarget } from '#lib/contract/index.ts'
import { decodePollResponse } from '../decode/decode-answer.ts'
import type { ObservableKind } from '../types.ts'
import type { ExactJson, JsonObject } from '../decode/json.ts'

/** The result of decoding a response, with its parts as rows. */
export interface DecodedResponse {
  outcome: string
  error: { code: string; detail: string; unread?: { count: number; of: number; sample: string } } | null
  rows: JsonObject[]
}

/** A kind of response: its good rows, and the members that they may lack. */
export interface TestResponseShape {
  name: string
  /** rows that set all decoded members; no two rows have the same name */
  rows: JsonObject[]
  /** optional members of a row (`properties.peerAsn`), with the fields of the decoded row that depend on them */
  optional: Record<string, readonly string[]>
  /** required members of a row */
  needed: readonly string[]
  /** a list member; a row in which it is empty has no content */
  list?: string
  /** whether each row is the whole response */
  isSingle?: boolean
  /** whether a row is kept without its unreadable member */
  keepsRows?: boolean
  /** whether an unreadable member of a kept row is reported */
  namesMembers?: boolean
  /** whether reading needs many requests */
  isSlow?: boolean
  /** whether rows with the same name are separate rows */
  hasDoubles?: boolean
  body(rows: ExactJson[]): JsonObject
  read(body: ExactJson): DecodedResponse | Promise<DecodedResponse>
}

const GROUP = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg1/providers/Microsoft.Network'
const at = (place: string, subresource = ''): PollTarget => ({ resourceId: `${GROUP}/${place}`, subresource })

export const wireText = (body: ExactJson): string =>
  JSON.stringify(body, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))

function answered(target: PollTarget, kind: ObservableKind, rowsOf = (rows: unknown[]) => rows) {
  return (body: ExactJson): DecodedResponse => {
    const wire = { status: 200, headers: { 'content-type': 'application/json' }, body: wireText(body) }
    const { outcome, error, rows } = decodePollResponse(target, kind, wire, { startedAt: 1, finishedAt: 2 })
    return { outcome, error, rows: rowsOf(rows as unknown[]) as JsonObject[] }
  }
}

const list = (value: ExactJson[]): JsonObject => ({ value })
const tunnelsOf = (rows: unknown[]) => (rows as { tunnels: unknown[] }[]).flatMap(({ tunnels }) => tunnels)

const route = (n: number, more: JsonObject = {}): JsonObject => ({
  localAddress: '10.0.4.12',
  network: `10.${n}.0.0/16`,
  nextHop: '10.0.4.4',
  sourcePeer: '10.0.4.4',
  origin: 'EBgp',
  asPath: `12076-6500${n}`,
  weight: 32768 + n,
  ...more,
})
const routeMembers = {
  localAddress: ['instance'],
  nextHop: ['nextHop'],
  sourcePeer: ['peer'],
  origin: ['origin'],
  asPath: ['asPath', 'segments'],
  weight: ['weight'],
}
const three = <T>(make: (n: number) => T): T[] => [1, 2, 3].map(make)

const peers: TestResponseShape = {
  name: 'peers of a gateway',
  rows: three((n) => ({
    localAddress: '10.0.4.12',
    neighbor: `10.0.4.${n}`,
    asn: 65000 + n,
    state: 'Connected',
    connectedDuration: `${n}.02:03:04.5`,
    routesReceived: n,
    messagesSent: 10 + n,
    messagesReceived: 20 + n,
  })),
  optional: {
    asn: ['asn'],
    state: ['state', 'azureState'],
    connectedDuration: ['connectedDurationMs', 'durationUnitMs'],
    routesReceived: ['routesReceived'],
    messagesSent: ['messagesSent'],
    messagesReceived: ['messagesReceived'],
  },
  needed: ['localAddress', 'neighbor'],
  body: list,
  read: answered(at('virtualNetworkGateways/gw'), 'peers'),
}

const hubPeers: TestResponseShape = {
  name: 'peers of a hub',
  rows: three((n) => ({
    name: `peer${n}`,
    properties: { peerIp: `10.1.0.${n}`, peerAsn: 65000 + n, connectionState: 'Connected' },
  })),
  optional: { name: [], 'properties.peerAsn': ['asn'], 'properties.connectionState': ['state', 'azureState'] },
  needed: ['properties.peerIp', 'properties'],
  body: list,
  read: answered(at('virtualHubs/hub'), 'peers'),
}

const gatewayRoutes = (kind: 'learned' | 'advertised'): TestResponseShape => ({
  name: `${kind} of a gateway`,
  rows: three((n) => route(n)),
  optional: routeMembers,
  needed: ['network'],
  body: list,
  read: answered(at('virtualNetworkGateways/gw', kind === 'advertised' ? '10.0.4.4' : ''), kind),
})

const peerRoutes: TestResponseShape = {
  name: 'learned from a peer of a hub',
  rows: three((n) => route(n)),
  // the instance is the name of the table
  optional: { ...routeMembers, localAddress: [] },
  needed: ['network'],
  body: (rows) => ({ RouteServiceRole_IN_0: rows, RouteServiceRole_IN_1: [] }),
  read: answered(at('virtualHubs/hub/bgpConnections/peer'), 'learned'),
}

const inbound: TestResponseShape = {
  name: 'learned of a gateway of a hub',
  rows: three((n) => ({ prefix: `10.${n}.0.0/16`, asPath: `6500${n}`, bgpCommunities: `65000:${n}` })),
  optional: { asPath: ['asPath'], bgpCommunities: [] },
  needed: ['prefix'],
  body: list,
  read: answered(at('expressRouteGateways/er', 'hub/connection'), 'learned'),
}

const summary: TestResponseShape = {
  name: 'summary of a path',
  rows: three((n) => ({ neighbor: `192.0.2.${n}`, as: 65000 + n, v: 4, upDown: `${n}d02h`, statePfxRcd: `${n}` })),
  optional: {
    as: ['asn'],
    v: [],
    upDown: ['upDown', 'upDownText'],
    statePfxRcd: ['state', 'azureState', 'prefixesReceived', 'downReason'],
  },
  needed: ['neighbor'],
  body: list,
  read: answered(at('expressRouteCircuits/er', 'AzurePrivatePeering/primary'), 'summary'),
}

const arp: TestResponseShape = {
  name: 'ARP table of a path',
  rows: three((n) => ({ age: n, interface: 'On-Prem', ipAddress: `192.0.2.${n}`, macAddress: `0011.2233.445${n}` })),
  optional: { age: ['ageMinutes'], macAddress: ['macAddress'] },
  needed: ['interface', 'ipAddress'],
  body: list,
  read: answered(at('expressRouteCircuits/er', 'AzurePrivatePeering/primary'), 'arp'),
}

const pathRoutes: TestResponseShape = {
  name: 'table of a path',
  rows: three((n) => ({
    network: `10.${n}.0.0/16`,
    nextHop: `192.0.2.${n}`,
    locPrf: `${100 + n}`,
    weight: n,
    path: `6500${n} 64512`,
  })),
  optional: { nextHop: ['nextHop'], locPrf: ['localPref'], weight: ['weight'], path: ['asPath', 'segments'] },
  needed: ['network'],
  body: list,
  read: answered(at('expressRouteCircuits/er', 'AzurePrivatePeering/primary'), 'tables'),
}

const hubRoutes: TestResponseShape = {
  name: 'table of a hub',
  rows: three((n) => ({
    addressPrefixes: [`10.${n}.0.0/16`],
    nextHops: [`${GROUP}/expressRouteGateways/er${n}`],
    nextHopType: 'ExpressRouteGateway',
    routeOrigin: `${GROUP}/expressRouteGateways/er${n}`,
    asPath: `12076-6500${n}`,
  })),
  optional: {
    nextHops: ['nextHop'],
    nextHopType: ['origin'],
    routeOrigin: ['peer'],
    asPath: ['asPath', 'segments'],
  },
  needed: ['addressPrefixes'],
  list: 'addressPrefixes',
  body: list,
  read: answered(at('virtualHubs/hub', 'defaultRouteTable'), 'tables'),
}

const effective: TestResponseShape = {
  name: 'effective routes of an interface',
  rows: three((n) => ({
    source: 'VirtualNetworkGateway',
    state: 'Active',
    addressPrefix: [`10.${n}.0.0/16`],
    nextHopType: 'VirtualNetworkGateway',
    nextHopIpAddress: [`10.0.4.${n}`],
  })),
  optional: { source: ['peer'], nextHopType: ['origin'], nextHopIpAddress: ['nextHop'] },
  needed: ['addressPrefix', 'state'],
  list: 'addressPrefix',
  body: list,
  read: answered(at('networkInterfaces/nic'), 'effective'),
}

const stats: TestResponseShape = {
  name: 'counters of a circuit',
  rows: [{ primaryBytesIn: 1, primaryBytesOut: 2, secondaryBytesIn: 3, secondaryBytesOut: 4 }],
  optional: {
    primaryBytesIn: ['primaryIn'],
    primaryBytesOut: ['primaryOut'],
    secondaryBytesIn: ['secondaryIn'],
    secondaryBytesOut: ['secondaryOut'],
  },
  needed: [],
  isSingle: true,
  keepsRows: true,
  body: ([row]) => row as JsonObject,
  read: answered(at('expressRouteCircuits/er'), 'stats', (rows) => {
    const paths = rows as { path: string; bytesIn: ExactJson; bytesOut: ExactJson }[]
    if (paths.length === 0) return []
    return [
      Object.fromEntries(paths.flatMap((p) => [[`${p.path}In`, p.bytesIn] as const, [`${p.path}Out`, p.bytesOut]])),
    ]
  }),
}

const connection: TestResponseShape = {
  name: 'a connection',
  rows: [
    {
      properties: {
        connectionType: 'IPsec',
        connectionStatus: 'Connected',
        routingWeight: 10,
        expressRouteGatewayBypass: true,
        ingressBytesTransferred: 5,
        egressBytesTransferred: 6,
        tunnelConnectionStatus: [{ tunnel: 't', connectionStatus: 'Connected' }],
      },
    },
  ],
  optional: {
    'properties.connectionType': [],
    'properties.connectionStatus': ['connectionStatus'],
    'properties.routingWeight': ['routingWeight'],
    'properties.expressRouteGatewayBypass': ['fastPath'],
    'properties.ingressBytesTransferred': ['counters'],
    'properties.egressBytesTransferred': ['counters'],
    'properties.tunnelConnectionStatus': ['tunnels'],
  },
  needed: ['properties'],
  isSingle: true,
  keepsRows: true,
  body: ([row]) => row as JsonObject,
  read: answered(at('connections/cxn'), 'connection'),
}

const tunnel = (n: number): JsonObject => ({
  tunnel: `t${n}`,
  connectionStatus: 'Connected',
  ingressBytesTransferred: n,
  egressBytesTransferred: 10 + n,
  lastConnectionEstablishedUtcTime: `2026-08-0${n}T08:05:41Z`,
})
const tunnels: TestResponseShape = {
  name: 'tunnels of a connection',
  rows: three(tunnel),
  optional: {
    tunnel: ['name'],
    connectionStatus: ['status'],
    ingressBytesTransferred: ['bytesIn'],
    egressBytesTransferred: ['bytesOut'],
    lastConnectionEstablishedUtcTime: ['establishedAt'],
  },
  needed: [],
  hasDoubles: true,
  body: (rows) => ({ properties: { connectionStatus: 'Connected', tunnelConnectionStatus: rows } }),
  read: answered(at('connections/cxn'), 'connection', tunnelsOf),
}

const hubLinks: TestResponseShape = {
  name: 'connections of a gateway of a hub',
  rows: three((n) => ({
    name: `site${n}`,
    properties: {
      connectionStatus: 'Connected',
      ingressBytesTransferred: n,
      egressBytesTransferred: 10 + n,
      vpnLinkConnections: [],
    },
  })),
  optional: {
    name: ['name'],
    'properties.connectionStatus': ['status'],
    'properties.ingressBytesTransferred': ['bytesIn'],
    'properties.egressBytesTransferred': ['bytesOut'],
    'properties.vpnLinkConnections': [],
  },
  needed: ['properties'],
  hasDoubles: true,
  body: (rows) => ({ properties: { connections: rows } }),
  read: answered(at('vpnGateways/gw'), 'connection', tunnelsOf),
}

const reach: TestResponseShape = {
  name: 'Global Reach of a peering',
  rows: three((n) => ({
    name: `reach${n}`,
    properties: { circuitConnectionStatus: 'Connected', provisioningState: 'Succeeded', addressPrefix: '192.0.2.0/29' },
  })),
  optional: {
    'properties.circuitConnectionStatus': ['status'],
    'properties.provisioningState': ['status'],
    'properties.addressPrefix': [],
  },
  needed: ['properties'],
  hasDoubles: true,
  body: list,
  read: answered(at('expressRouteCircuits/er', 'AzurePrivatePeering/connections'), 'connection', tunnelsOf),
}

/** Shapes of responses that a single decoder reads. */
export const singleShapes: readonly TestResponseShape[] = [
  peers,
  hubPeers,
  gatewayRoutes('learned'),
  gatewayRoutes('advertised'),
  peerRoutes,
  inbound,
  summary,
  arp,
  pathRoutes,
  hubRoutes,
  effective,
  stats,
  connection,
  tunnels,
  hubLinks,
  reach,
]
