import type { StoredCircuitPath, StoredPeering } from '#lib/circuits/api/index.ts'
import { testCircuit, testPath, testPeering } from '#lib/circuits/api/testing.ts'
import { MAX_DAYS_SINCE_DRILL, type NetworkPeering } from '#lib/contract/index.ts'
import type { CircuitFacts, GatewayFacts, NetworkFacts, PostureFacts } from './posture-facts.ts'

const SUBSCRIPTION = '0a000000-0000-4000-8000-000000000001'
const named = (type: string, name: string) => ({
  id: `id-${name}`,
  resourceId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-edge/providers/Microsoft.Network/${type}/${name}`,
  name,
  subscriptionId: SUBSCRIPTION,
  resourceGroup: 'rg-edge',
  location: 'uksouth',
})

/** Returns a path of a peering without faults, for tests. */
export const createTestStoredPath = (
  path: 'primary' | 'secondary',
  own: Partial<StoredCircuitPath> = {},
): StoredCircuitPath => {
  const [customerAddress, microsoftAddress] =
    path === 'primary' ? ['172.16.0.1', '172.16.0.2'] : ['172.16.0.5', '172.16.0.6']
  const macAddress = path === 'primary' ? '00:50:56:00:00:01' : '00:50:56:00:00:02'
  return testPath({
    path,
    arp: [{ age: 1, interface: 'On-Prem', ipAddress: customerAddress, macAddress }],
    routesReceived: 10,
    bitsInPerSecond: null,
    bitsOutPerSecond: null,
    customerAddress,
    microsoftAddress,
    ...own,
  })
}

export const createTestPeering = (own: Partial<StoredPeering> = {}): StoredPeering =>
  testPeering({ paths: [createTestStoredPath('primary'), createTestStoredPath('secondary')], ...own })

export const createTestMicrosoftPeering = (own: Partial<StoredPeering> = {}): StoredPeering =>
  createTestPeering({
    name: 'MicrosoftPeering',
    peeringType: 'MicrosoftPeering',
    type: 'microsoft',
    primaryPeerAddressPrefix: '203.0.113.0/30',
    secondaryPeerAddressPrefix: '203.0.113.4/30',
    advertisedPublicPrefixesState: 'Configured',
    advertisedPrefixes: [{ prefix: '198.51.100.0/24', validation: 'Configured' }],
    routeFilterId: '/filter',
    routeFilter: {
      unapplied: null,
      name: 'rf-edge',
      resourceId: '/filter',
      communities: [{ community: '12076:51024', name: 'UK South' }],
    },
    ...own,
  })

export const createTestCircuitFacts = (name = 'erc-london', own: Partial<CircuitFacts> = {}): CircuitFacts => ({
  ...testCircuit({
    ...named('expressRouteCircuits', name),
    serviceKey: null,
    stag: null,
    connectivityBasis: 'declared',
    connectivityConfidence: 1,
    peerings: [createTestPeering()],
    paths: [],
    connections: [],
  }),
  customer: null,
  metroOffered: null,
  prefixLimits: new Map([
    ['AzurePrivatePeering', 4_000],
    ['MicrosoftPeering', 200],
  ]),
  limits: [{ name: 'vnet_links', limit: 10, count: 2, share: 0.2, note: null, source: '' }],
  observedDays: MAX_DAYS_SINCE_DRILL,
  losses: [],
  announced: [{ prefixes: ['10.10.0.0/16'] }],
  lastDrill: null,
  move: null,
  fastPath: null,
  tablesRead: new Set(['AzurePrivatePeering', 'MicrosoftPeering']),
  open: [],
  busiestHour: { bitsPerSecond: 1e8, coveredShare: 1 },
  providerChanges: [],
  ...own,
})

export const createTestGatewayFacts = (name = 'ergw-hub', own: Partial<GatewayFacts> = {}): GatewayFacts => ({
  ...named('virtualNetworkGateways', name),
  kind: 'expressRoute',
  sku: { name: 'ErGw2AZ', tier: 'ErGw2AZ', capacity: null },
  scaleUnits: null,
  asn: 65515,
  activeActive: null,
  resiliencyLevel: null,
  provisioningState: 'Succeeded',
  provisioningNote: null,
  vnet: 'vnet-hub',
  state: 'healthy',
  unconfirmedSince: null,
  impaired: null,
  reason: null,
  instances: [],
  migration: null,
  hub: null,
  connections: [],
  customer: null,
  isShared: false,
  limits: [{ name: 'connections', limit: 8, count: 2, share: 0.25, note: null, source: '' }],
  networkId: 'id-vnet-hub',
  circuitIds: ['id-erc-london'],
  publicAddresses: [{ name: 'pip-ergw', isRead: true, sku: 'Standard', zones: ['1', '2', '3'] }],
  routeMaps: [],
  userRoutes: null,
  defaultFrom: [],
  coveringDevice: new Map(),
  ...own,
})

type ConnectionView = GatewayFacts['connections'][number]
export const createTestConnection = (name: string, own: Partial<ConnectionView> = {}): ConnectionView => ({
  ...named('connections', name),
  type: 'ExpressRoute',
  status: 'Connected',
  provisioningState: 'Succeeded',
  provisioningNote: null,
  routingWeight: 0,
  fastPath: false,
  circuitId: null,
  circuitName: null,
  bytesIn: null,
  bytesOut: null,
  since: null,
  bgp: null,
  tunnels: [],
  device: null,
  gatewayBgpAddresses: [],
  ipsec: null,
  ...own,
})

export const createTestNetworkPeering = (name: string, own: Partial<NetworkPeering> = {}): NetworkPeering => ({
  name,
  state: 'Connected',
  syncLevel: 'FullyInSync',
  allowGatewayTransit: false,
  useRemoteGateways: true,
  allowForwardedTraffic: true,
  allowVirtualNetworkAccess: true,
  remoteId: 'id-vnet-hub',
  remoteName: 'vnet-hub',
  remotePrefixes: ['10.0.0.0/16'],
  subnets: null,
  otherSide: 'seen',
  back: {
    name: 'to-spoke',
    state: 'Connected',
    syncLevel: 'FullyInSync',
    allowGatewayTransit: true,
    useRemoteGateways: false,
    allowForwardedTraffic: true,
    allowVirtualNetworkAccess: true,
  },
  ...own,
})

export const createTestNetworkFacts = (name = 'vnet-spoke', own: Partial<NetworkFacts> = {}): NetworkFacts => ({
  ...named('virtualNetworks', name),
  kind: 'vnet',
  addressPrefixes: ['10.100.0.0/16'],
  advertisedPrefixes: [],
  encryption: null,
  connectedGroups: [],
  gatewayIds: [],
  gatewayPrefixes: [],
  peerings: [],
  interfaces: [],
  findings: [],
  gatewaySubnet: null,
  ...own,
})

export const createTestResilienceCheckInput = (own: Partial<PostureFacts>): PostureFacts => ({
  circuits: [],
  gateways: [],
  networks: [],
  lags: [],
  wanHubs: [],
  remoteAsns: [],
  tunnelsAll: false,
  ...own,
})
