import type { ConnectionRow, EpochMs, PollObservation, PeerRow, ResourceRow, RouteRow } from '#lib/contract/index.ts'
import { getOrCreateSourceId, recordObservation, syncPollSchedule } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'

const SUBSCRIPTION = '/subscriptions/99999999-2222-3333-4444-555555555555'
const NETWORK = `${SUBSCRIPTION}/resourceGroups/rg-edge/providers/Microsoft.Network`

export const RECORDER_POLL_INTERVAL_SECONDS = 60
const LATENCY_MS = 2_000

export const circuitId = (name: string) => `${NETWORK}/expressRouteCircuits/${name}`
export const gatewayId = (name: string) => `${NETWORK}/virtualNetworkGateways/${name}`
export const connectionId = (name: string) => `${NETWORK}/connections/${name}`

const listed = (resourceId: string, config: Record<string, unknown>): ResourceRow => ({
  resourceId,
  type: resourceId.split('/').slice(6, 8).join('/').toLowerCase(),
  name: resourceId.split('/')[8] ?? '',
  subscriptionId: SUBSCRIPTION.split('/')[2] ?? '',
  resourceGroup: 'rg-edge',
  location: 'westeurope',
  config,
})

export const createCircuitRow = (name: string, properties: Record<string, unknown> = {}): ResourceRow =>
  listed(circuitId(name), {
    sku: { name: 'Standard_MeteredData', tier: 'Standard', family: 'MeteredData' },
    properties: {
      peerings: [
        {
          name: 'AzurePrivatePeering',
          properties: {
            peeringType: 'AzurePrivatePeering',
            state: 'Enabled',
            primaryPeerAddressPrefix: '172.16.0.0/30',
            secondaryPeerAddressPrefix: '172.16.0.4/30',
          },
        },
      ],
      ...properties,
    },
  })

export const lagId = (name: string) => `${NETWORK}/expressRouteLags/${name}`

/**
 * Returns a LAG in London2 with enabled links on different routers.
 * @param links administrative states of the members of each link
 */
export const createLagRow = (
  name: string,
  links: readonly (readonly string[])[],
  { min = 2, circuits = [] }: { min?: number; circuits?: readonly string[] } = {},
): ResourceRow =>
  listed(lagId(name), {
    properties: {
      peeringLocation: 'London2',
      bandwidthInGbps: 10,
      minimumActivePortsRequired: min,
      lacpTimer: 'Fast',
      circuits: circuits.map((circuit) => ({ id: circuitId(circuit) })),
      links: links.map((members, n) => ({
        name: `link${n + 1}`,
        properties: {
          routerName: `lon-${n + 1}`,
          adminState: 'Enabled',
          members: members.map((adminState, at) => ({
            name: `member${at + 1}`,
            properties: { adminState, rackId: `rack${n + 1}`, coloLocation: '' },
          })),
        },
      })),
    },
  })

/**
 * Returns the properties of a provisioned circuit with enabled private peering.
 * @param n third octet of its addresses, 172.16.n.0/24
 */
export const privatePeering = (n: number) => ({
  circuitProvisioningState: 'Enabled',
  serviceProviderProvisioningState: 'Provisioned',
  peerings: [
    {
      name: 'AzurePrivatePeering',
      properties: {
        peeringType: 'AzurePrivatePeering',
        state: 'Enabled',
        azureASN: 12076,
        peerASN: 65001,
        primaryPeerAddressPrefix: `172.16.${n}.0/30`,
        secondaryPeerAddressPrefix: `172.16.${n}.4/30`,
      },
    },
  ],
})

/** @param vnet name of its virtual network */
export const createGatewayRow = (
  name: string,
  gatewayType: 'ExpressRoute' | 'Vpn' = 'ExpressRoute',
  vnet: string | null = null,
): ResourceRow =>
  listed(gatewayId(name), {
    properties: {
      gatewayType,
      ...(vnet !== null && {
        ipConfigurations: [{ properties: { subnet: { id: `${networkId(vnet)}/subnets/GatewaySubnet` } } }],
      }),
    },
  })

export const routeTableId = (name: string) => `${NETWORK}/routeTables/${name}`

/** @param routes addresses of the appliances by prefix; several addresses share the traffic */
export const createUserRouteTableRow = (name: string, routes: Record<string, string | string[]>): ResourceRow =>
  listed(routeTableId(name), {
    properties: {
      provisioningState: 'Succeeded',
      disableBgpRoutePropagation: false,
      routes: Object.entries(routes).map(([addressPrefix, hops]) => ({
        name: `to-${addressPrefix}`,
        properties: {
          addressPrefix,
          ...(typeof hops === 'string'
            ? { nextHopType: 'VirtualAppliance', nextHopIpAddress: hops }
            : { nextHopType: 'VirtualApplianceEcmp', nextHop: { nextHopIpAddresses: hops } }),
        },
      })),
    },
  })

export const networkId = (name: string) => `${NETWORK}/virtualNetworks/${name}`

/** @param peered address space of each peered network by its name */
export const createNetworkRow = (
  name: string,
  addressPrefixes: string[],
  peered: Record<string, string[]> = {},
  state = 'Connected',
  /** name of the route table of its GatewaySubnet */
  routeTable: string | null = null,
): ResourceRow =>
  listed(networkId(name), {
    properties: {
      addressSpace: { addressPrefixes },
      subnets: [
        {
          name: 'GatewaySubnet',
          properties: routeTable === null ? {} : { routeTable: { id: routeTableId(routeTable) } },
        },
      ],
      virtualNetworkPeerings: Object.entries(peered).map(([remote, prefixes]) => ({
        name: `${name}-to-${remote}`,
        properties: {
          peeringState: state,
          remoteVirtualNetwork: { id: networkId(remote) },
          remoteAddressSpace: { addressPrefixes: prefixes },
        },
      })),
    },
  })

export const createConnectionRow = (name: string, from: string, to: string, routingWeight: number): ResourceRow =>
  listed(connectionId(name), {
    properties: {
      connectionType: 'ExpressRoute',
      routingWeight,
      virtualNetworkGateway1: { id: gatewayId(from) },
      peer: { id: circuitId(to) },
    },
  })

/** Returns a VPN connection to an on-premises device, and the local network gateway that represents the device. */
export const createVpnConnectionResourceRows = (
  name: string,
  from: string,
  device: string,
  more: object = {},
): ResourceRow[] => [
  listed(connectionId(name), {
    properties: {
      connectionType: 'IPsec',
      enableBgp: true,
      connectionProtocol: 'IKEv2',
      virtualNetworkGateway1: { id: gatewayId(from) },
      localNetworkGateway2: { id: `${NETWORK}/localNetworkGateways/${device}` },
      ...more,
    },
  }),
  listed(`${NETWORK}/localNetworkGateways/${device}`, {
    properties: {
      gatewayIpAddress: '203.0.113.10',
      bgpSettings: { asn: 65515, bgpPeeringAddress: '169.254.21.2' },
    },
  }),
]

export const learnedRoute = (prefix: string, fields: Partial<RouteRow> = {}): RouteRow => ({
  instance: '10.0.4.12',
  prefix,
  nextHop: fields.peer ?? '10.0.4.4',
  peer: '10.0.4.4',
  origin: 'EBgp',
  asPath: [12076, 65001],
  weight: 32769,
  localPref: null,
  ...fields,
})

export const pathRoute = (prefix: string, fields: Partial<RouteRow> = {}): RouteRow => ({
  instance: null,
  prefix,
  nextHop: '172.16.0.1',
  peer: null,
  origin: null,
  asPath: [65001],
  weight: 0,
  localPref: 100,
  ...fields,
})

type Rows = PollObservation['rows']

interface Poll {
  kind: PollObservation['kind']
  resourceId: string
  /** part of the resource; empty by default */
  subresource?: string
  at: EpochMs
  rows: Rows
}

/**
 * Records one poll with an interval of one minute. The poll succeeded unless `more` has another outcome.
 * @returns the id of the source
 */
export async function recordPoll(
  db: Database,
  { kind, resourceId, subresource = '', at, rows }: Poll,
  more: Partial<Pick<PollObservation, 'outcome' | 'silentInstances'>> = {},
  options: Partial<Parameters<typeof recordObservation>[3]> = {},
): Promise<number> {
  const target = { resourceId, subresource }
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const observation = {
    target,
    kind,
    startedAt: at,
    finishedAt: at + LATENCY_MS,
    outcome: 'ok',
    error: null,
    silentInstances: [],
    budget: null,
    correlationId: 'test',
    rows,
    ...more,
  } as PollObservation
  await db.transaction((client) =>
    recordObservation(client, sourceId, observation, { intervalSeconds: RECORDER_POLL_INTERVAL_SECONDS, ...options }),
  )
  return sourceId
}

/** Returns functions that record single polls of an estate that the test defines. */
export function createTestPollRecorder(db: Database) {
  const record = (
    kind: PollObservation['kind'],
    resourceId: string,
    at: EpochMs,
    rows: Rows,
    {
      subresource = '',
      ...more
    }: Partial<Pick<PollObservation, 'outcome' | 'silentInstances'>> & {
      subresource?: string
    } = {},
  ) => recordPoll(db, { kind, resourceId, subresource, at, rows }, more)
  return {
    inventory: (at: EpochMs, resources: ResourceRow[]) =>
      record('inventory', SUBSCRIPTION, at, {
        resources,
        listedTypes: LISTED,
        failedTypes: [],
      }),
    peers: (at: EpochMs, name: string, rows: PeerRow[]) => record('peers', gatewayId(name), at, rows),
    learned: (at: EpochMs, name: string, rows: RouteRow[], silentInstances: string[] = []) =>
      record('learned', gatewayId(name), at, rows, {
        silentInstances,
        outcome: silentInstances.length > 0 ? 'incomplete' : 'ok',
      }),
    tables: (at: EpochMs, name: string, path: 'primary' | 'secondary', rows: RouteRow[]) =>
      record('tables', circuitId(name), at, rows, { subresource: `AzurePrivatePeering/${path}` }),
    connection: (
      at: EpochMs,
      name: string,
      routingWeight: number,
      connectionStatus = 'Connected',
      tunnels: ConnectionRow['tunnels'] = [],
    ) =>
      record('connection', connectionId(name), at, [
        {
          connectionStatus,
          routingWeight,
          fastPath: false,
          counters: { path: null, bytesIn: null, bytesOut: null },
          tunnels,
        },
      ]),
    activity: (
      at: EpochMs,
      entries: { id: string; at: EpochMs; resourceId: string; operation: string; status?: string }[],
    ) =>
      record(
        'activity',
        SUBSCRIPTION,
        at,
        entries.map(({ id, status = 'Succeeded', ...entry }) => ({
          eventDataId: id,
          correlationId: `of-${id}`,
          submittedAt: null,
          status,
          caller: 'ada@example.com',
          category: 'Administrative',
          ...entry,
        })),
      ),
    /** Adds polls to the timetable. */
    async schedule(...polls: { resourceId: string; subresource?: string; kind: PollObservation['kind'] }[]) {
      await db.transaction((client) =>
        syncPollSchedule(
          client,
          polls.map((poll) => ({ subresource: '', everySeconds: RECORDER_POLL_INTERVAL_SECONDS, ...poll })),
        ),
      )
    },
  }
}

const LISTED = [
  'microsoft.network/expressroutecircuits',
  'microsoft.network/virtualnetworkgateways',
  'microsoft.network/connections',
  'microsoft.network/localnetworkgateways',
  'microsoft.network/virtualnetworks',
  'microsoft.network/routetables',
  'microsoft.network/virtualhubs',
  'microsoft.network/expressroutegateways',
]
