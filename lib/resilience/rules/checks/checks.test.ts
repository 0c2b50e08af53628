import { describe, expect, it } from 'vitest'
import { type CheckKind, checkKinds, checkRecords } from '#lib/contract/index.ts'
import type { NetworkConfigurationFinding } from '#lib/networks/api/index.ts'
import type { StoredPeering } from '#lib/circuits/api/index.ts'
import type { TrafficMove } from '../../api/index.ts'
import type { CircuitFacts, PostureFacts } from './posture-facts.ts'
import { checkPosture, checkFunctions } from './index.ts'
import {
  createTestCircuitFacts,
  createTestConnection,
  createTestGatewayFacts,
  createTestMicrosoftPeering,
  createTestNetworkFacts,
  createTestNetworkPeering,
  createTestStoredPath,
  createTestPeering,
  createTestResilienceCheckInput,
} from './testing.ts'

const london = (own: Partial<CircuitFacts> = {}) => createTestCircuitFacts('erc-london', own)
const amsterdam = (own: Partial<CircuitFacts> = {}) =>
  createTestCircuitFacts('erc-amsterdam', { peeringLocation: 'Amsterdam', provider: 'Colt', ...own })
const moveOf = (own: Partial<TrafficMove>): TrafficMove => ({
  verdict: 'moves',
  to: [],
  evidence: ['tables'],
  hindrances: [],
  sentence: 'Moves: 1 prefix to erc-amsterdam',
  ...own,
})
const staticVpn: TrafficMove['hindrances'][number] = {
  kind: 'static_vpn',
  scope: 'id-vpngw',
  scopeName: 'vpngw',
  prefixes: ['10.1.0.0/16'],
  count: 1,
  text: 'vpngw takes over 10.1.0.0/16 by a static route, which does not show that the far end answers.',
}
const both = { circuitIds: ['id-erc-london', 'id-erc-amsterdam'] }
const pair = (second: Partial<CircuitFacts>) =>
  createTestResilienceCheckInput({
    circuits: [london(), amsterdam(second)],
    gateways: [createTestGatewayFacts('ergw-hub', both)],
  })
const withPeering = (own: Partial<StoredPeering>) =>
  createTestResilienceCheckInput({ circuits: [london({ peerings: [createTestPeering(own)] })] })
const withMicrosoft = (own: Partial<StoredPeering>, circuit: Partial<CircuitFacts> = {}) =>
  createTestResilienceCheckInput({ circuits: [london({ peerings: [createTestMicrosoftPeering(own)], ...circuit })] })
const bgp = (state: 'up' | 'down' | 'unknown') =>
  withPeering({
    paths: [
      createTestStoredPath('primary'),
      createTestStoredPath('secondary', {
        layers: { provisioned: 'up', arp: 'complete', bgp: state, traffic: 'quiet' },
      }),
    ],
  })
const filter = (communities: { community: string; name: string | null }[] | null) => ({
  routeFilter: { name: 'rf-edge', resourceId: '/filter', unapplied: null, communities },
})
const exchange = { community: '12076:5010', name: 'Exchange Online' }
const finding = (
  kind: NetworkConfigurationFinding['kind'],
  peering: string | null = null,
): NetworkConfigurationFinding => ({
  kind,
  severity: 'warning',
  peering,
  text: `Found ${kind}.`,
  source: '',
})
const spoke = (own: Parameters<typeof createTestNetworkPeering>[1], findings: NetworkConfigurationFinding[] = []) =>
  createTestResilienceCheckInput({
    networks: [createTestNetworkFacts('vnet-spoke', { peerings: [createTestNetworkPeering('to-hub', own)], findings })],
  })
const vpn = (status: string | null) =>
  createTestGatewayFacts('vpngw-hub', {
    kind: 'vpn',
    circuitIds: [],
    connections: [createTestConnection('cxn-branch', { type: 'IPsec', status })],
  })
const [ON, OFF] = ['Enabled', 'Disabled']
const onLag = (
  states: readonly (string | null)[],
  own: { router?: string | null; adminState?: string } = {},
  placeOf: (link: number) => string | null = () => null,
): PostureFacts => {
  const empty = { interface: null, patchPanel: null, rack: null, connector: null }
  const links = [0, 1].map((n) => ({
    ...empty,
    name: `link${n + 1}`,
    router: `r${n}`,
    adminState: 'Enabled',
    macsec: null,
    members: states.map((adminState, at) => ({ ...empty, name: `member${at}`, adminState, place: placeOf(n) })),
    ...own,
  }))
  const { id, resourceId, name, subscriptionId, resourceGroup } = london()
  return createTestResilienceCheckInput({
    lags: [{ id, resourceId, name, subscriptionId, resourceGroup, minActivePorts: 2, links }],
  })
}
const routeServer = (own: Parameters<typeof createTestGatewayFacts>[1]) =>
  createTestGatewayFacts('rs-hub', { kind: 'routeServer', circuitIds: [], routeMaps: ['rm-north'], ...own })
const mac = (address: string | null) =>
  withPeering({
    paths: [
      createTestStoredPath('primary'),
      createTestStoredPath('secondary', {
        arp: [{ age: 1, interface: 'On-Prem', ipAddress: '172.16.0.5', macAddress: address }],
      }),
    ],
  })
const routes = (count: number | null) =>
  withPeering({
    paths: [createTestStoredPath('primary', { routesReceived: count }), createTestStoredPath('secondary')],
  })
const links = (count: number) =>
  createTestResilienceCheckInput({
    circuits: [
      london({ limits: [{ name: 'vnet_links', limit: 10, count, share: count / 10, note: null, source: '' }] }),
    ],
  })
const slots = (count: number) =>
  createTestResilienceCheckInput({
    gateways: [
      createTestGatewayFacts('ergw-hub', {
        limits: [{ name: 'connections', limit: 4, count, share: count / 4, note: null, source: '' }],
      }),
    ],
  })

const onHub = (prefixes: number | null, isAtLeast = false) => {
  const { id, resourceId, name, subscriptionId, resourceGroup } = createTestNetworkFacts('vhub-west')
  const use = { name: 'hub_prefixes', limit: 10_000, note: null, source: '', ...(isAtLeast && { isAtLeast }) } as const
  const limits = prefixes === null ? [] : [{ ...use, count: prefixes, share: prefixes / 10_000 }]
  return createTestResilienceCheckInput({
    wanHubs: [{ id, resourceId, name, subscriptionId, resourceGroup, limits, bgpConnections: [], userVpnGateways: [] }],
  })
}

const withHubPeers = (count: number | null, isAtLeast = false) => {
  const { wanHubs } = onHub(null)
  const peer = {
    id: 'id-nva',
    name: 'nva-a',
    address: '10.111.4.4',
    asn: 65_030,
    asnReservedBy: null,
    state: 'up',
    azureStatus: 'Connected',
    learned: null,
    advertised: null,
    networkConnection: 'conn-nva',
    provisioningState: 'Succeeded',
  } as const
  const use = { name: 'hub_peer_prefixes', limit: 4_000, note: 'Announced by nva-a.', source: '' } as const
  const limits = count === null ? [] : [{ ...use, count, share: count / 4_000, ...(isAtLeast && { isAtLeast }) }]
  return createTestResilienceCheckInput({ wanHubs: wanHubs.map((hub) => ({ ...hub, limits, bgpConnections: [peer] })) })
}

const withVpnUsers = (count: number | null) => {
  const { wanHubs } = onHub(null)
  const use = { name: 'user_vpn_clients', limit: 500, note: null, source: '' } as const
  const gateway = {
    id: 'id-users',
    resourceId: '/users',
    name: 'users-west',
    scaleUnits: 1,
    provisioningState: 'Succeeded',
    addressPools: [],
    clients: count,
    addresses: count,
    bytesIn: null,
    bytesOut: null,
    unread: count === null ? 'It was not polled yet.' : null,
  }
  const limits = count === null ? [] : [{ ...use, count, share: count / 500 }]
  return createTestResilienceCheckInput({
    wanHubs: wanHubs.map((hub) => ({ ...hub, limits, userVpnGateways: [gateway] })),
  })
}

const vpnGatewayWithUsers = (count: number | null, protocols = count === null ? [] : ['OpenVPN']) =>
  createTestResilienceCheckInput({
    gateways: [
      createTestGatewayFacts('vpngw-hub', {
        kind: 'vpn',
        sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ', capacity: null },
        userVpn: {
          addressPools: ['172.31.0.0/24'],
          metrics: {
            at: 0,
            connections: count,
            byProtocol: protocols.map((protocol) => ({ protocol, connections: count ?? 0 })),
            bitsPerSecond: null,
            routes: null,
          },
        },
        limits:
          count === null
            ? []
            : [{ name: 'user_vpn_clients', limit: 250, count, share: count / 250, note: null, source: '' }],
      }),
    ],
  })

const privately = (own: Partial<CircuitFacts>) => createTestResilienceCheckInput({ circuits: [london(own)] })
const publicly = (own: Partial<CircuitFacts>) => withMicrosoft({}, own)
const differing = (subject: string): Partial<CircuitFacts> => ({
  open: [{ kind: 'parity_mismatch', subject, reason: 'The paths differ: 1 prefix.' }],
})
const learned = (defaultFrom: string[] | null, tunnelsAll = false) =>
  createTestResilienceCheckInput({ gateways: [createTestGatewayFacts('ergw-hub', { defaultFrom })], tunnelsAll })
const inRegion = (location: string | null, tier = 'Standard') =>
  createTestResilienceCheckInput({
    circuits: [london({ sku: { tier, family: null } })],
    gateways: [createTestGatewayFacts('ergw-hub', { location })],
  })
const hub = (name: string, gateway: string, own: Parameters<typeof createTestNetworkFacts>[1] = {}) =>
  createTestNetworkFacts(name, { gatewayIds: [`id-${gateway}`], ...own })
const twoHubs = (peerings: NonNullable<Parameters<typeof createTestNetworkFacts>[1]>['peerings']) =>
  createTestResilienceCheckInput({
    networks: [hub('vnet-hub', 'ergw-hub', { peerings }), hub('vnet-dr', 'ergw-dr', { peerings })],
    gateways: [createTestGatewayFacts('ergw-hub'), createTestGatewayFacts('ergw-dr')],
  })
const addresses = (routes: number | null, limit: number | null = 25_000) =>
  createTestResilienceCheckInput({
    circuits: [london({ fastPath: { limit, routes, metered: '/erc', metric: 'FastPathRoutesCountForCircuit' } })],
  })
const device = (own: object = {}) => ({
  id: 'id-lng',
  name: 'lng-branch',
  address: '10.200.0.1',
  asn: 65010,
  asnReservedBy: null,
  bgpAddress: null,
  prefixes: [],
  ...own,
})
const toDevice = (covering: [string, string][], own: object = {}, bgpOn = true) =>
  createTestResilienceCheckInput({
    gateways: [
      createTestGatewayFacts('vpngw-hub', {
        kind: 'vpn',
        circuitIds: [],
        connections: [createTestConnection('cxn-branch', { type: 'IPsec', bgp: bgpOn, device: device(own) })],
        coveringDevice: new Map(covering),
      }),
    ],
  })
const subnet = (prefixes: string[], hasNsg = false) =>
  createTestResilienceCheckInput({
    networks: [hub('vnet-hub', 'ergw-hub', { gatewaySubnet: { prefixes, hasNsg } })],
    gateways: [createTestGatewayFacts()],
  })
const routesOnSubnet = (
  prefix: string,
  propagatesBgp: boolean | null,
  isRead = true,
  unapplied: string | null = null,
) =>
  createTestResilienceCheckInput({
    networks: [hub('vnet-hub', 'ergw-hub', { gatewaySubnet: { prefixes: ['10.0.0.0/27'], hasNsg: false } })],
    gateways: [
      createTestGatewayFacts('ergw-hub', {
        userRoutes: {
          name: 'rt-gw',
          resourceId: '/rt-gw',
          propagatesBgp,
          unapplied,
          routes: isRead
            ? [{ name: 'r', prefix, nextHopType: 'VirtualAppliance', nextHop: '10.0.9.4', nextHops: ['10.0.9.4'] }]
            : null,
        },
      }),
    ],
  })
const loaded = (share: number | null) =>
  createTestResilienceCheckInput({
    gateways: [
      createTestGatewayFacts('ergw-hub', {
        load: [{ name: 'cpu', value: (share ?? 0) * 100, limit: 100, share, at: Date.UTC(2026, 10, 20) }],
      }),
    ],
  })
const fast = (sku: string | null, spoke = false) =>
  createTestResilienceCheckInput({
    circuits: [london()],
    networks: [
      hub('vnet-hub', 'ergw-hub', {
        id: 'id-vnet-hub',
        peerings: spoke
          ? [
              createTestNetworkPeering('to-spoke', {
                useRemoteGateways: false,
                remoteName: 'vnet-spoke',
                back: {
                  name: 'to-hub',
                  state: 'Connected',
                  syncLevel: 'FullyInSync',
                  allowGatewayTransit: false,
                  useRemoteGateways: true,
                  allowForwardedTraffic: true,
                  allowVirtualNetworkAccess: true,
                },
              }),
            ]
          : [],
      }),
    ],
    gateways: [
      createTestGatewayFacts('ergw-hub', {
        sku: { name: sku, tier: null, capacity: 2 },
        connections: [createTestConnection('cxn-london', { fastPath: true, circuitId: 'id-erc-london' })],
      }),
    ],
  })
const onAddress = (sku: string | null) => [{ name: 'pip', isRead: sku !== null, sku, zones: null }]
const changed = (by: string | null): Partial<CircuitFacts> => ({
  providerChanges: [{ at: '2026-11-01T00:00:00.000Z', before: 'Provisioned', after: 'NotProvisioned', by }],
})
const owned = (customer: string | null, inUse = 0) =>
  createTestResilienceCheckInput({
    circuits: [london({ customer: 'Contoso', authorizations: { total: inUse, inUse } })],
    gateways: [createTestGatewayFacts('ergw-hub', { customer })],
  })

it.each([
  [
    'a shared gateway, whoever owns it',
    'Shared gateways',
    true,
    'unknown',
    /^Connected to ergw-hub outside your scope/,
  ],
  ['a gateway of another customer', 'Fabrikam', false, 'fail', /ergw-hub of Fabrikam/],
] as const)('no_foreign_connection of %s', (_, customer, isShared, state, reason) => {
  const given = createTestResilienceCheckInput({
    circuits: [london({ customer: 'Contoso', authorizations: { total: 0, inUse: 0 } })],
    gateways: [createTestGatewayFacts('ergw-hub', { customer, isShared })],
  })
  expect(checkFunctions.no_foreign_connection(given)).toMatchObject([{ state, reason: expect.stringMatching(reason) }])
})

/** Facts for each check that make it pass, fail or be unknown; null = the check cannot have this state. */
const cases: Record<CheckKind, { pass: PostureFacts | null; fail: PostureFacts | null; unknown: PostureFacts | null }> =
  {
    bgp_on_both_paths: { pass: bgp('up'), fail: bgp('down'), unknown: bgp('unknown') },
    two_locations: {
      pass: pair({}),
      fail: pair({ peeringLocation: 'London' }),
      unknown: createTestResilienceCheckInput({
        circuits: [london()],
        gateways: [createTestGatewayFacts('ergw-hub', { circuitIds: ['id-erc-london', null] })],
      }),
    },
    two_metros: {
      pass: pair({}),
      fail: pair({ peeringLocation: 'London2' }),
      unknown: pair({ peeringLocation: null }),
    },
    two_providers: { pass: pair({}), fail: pair({ provider: 'Equinix' }), unknown: pair({ provider: null }) },
    circuit_on_every_gateway: {
      pass: pair({}),
      fail: createTestResilienceCheckInput({
        circuits: [london(), amsterdam()],
        gateways: [
          createTestGatewayFacts('ergw-hub', both),
          createTestGatewayFacts('ergw-dr', { circuitIds: ['id-erc-london'] }),
        ],
      }),
      unknown: createTestResilienceCheckInput({
        circuits: [london(), amsterdam({ authorizations: { total: 1, inUse: 1 } })],
        gateways: [
          createTestGatewayFacts('ergw-hub', both),
          createTestGatewayFacts('ergw-dr', { circuitIds: ['id-erc-london'] }),
        ],
      }),
    },
    vpn_backup: {
      pass: createTestResilienceCheckInput({ gateways: [createTestGatewayFacts(), vpn('Connected')] }),
      fail: createTestResilienceCheckInput({ gateways: [createTestGatewayFacts()] }),
      unknown: createTestResilienceCheckInput({ gateways: [createTestGatewayFacts(), vpn(null)] }),
    },
    separate_routers: { pass: mac('00:50:56:00:00:02'), fail: mac('00:50:56:00:00:01'), unknown: mac(null) },
    lag_minimum: {
      pass: onLag([ON, ON, OFF]),
      fail: onLag([ON, OFF, OFF]),
      unknown: onLag([ON, ON, null]),
    },
    lag_routers: { pass: onLag([ON]), fail: onLag([ON], { router: 'r1' }), unknown: onLag([ON], { router: null }) },
    lag_places: {
      pass: onLag([ON], {}, (n) => `place ${n}`),
      fail: onLag([ON], {}, () => 'LD5'),
      unknown: onLag([ON], {}, (n) => (n === 0 ? 'LD5' : null)),
    },
    bfd: {
      pass: null,
      fail: createTestResilienceCheckInput({
        circuits: [london({ losses: [{ at: '2026-11-01T00:00:00.000Z', mechanism: 'hold_timer' }] })],
      }),
      unknown: createTestResilienceCheckInput({
        circuits: [london({ losses: [{ at: '2026-11-01T00:00:00.000Z', mechanism: 'immediate' }] })],
      }),
    },
    prefix_headroom: { pass: routes(10), fail: routes(3_200), unknown: routes(null) },
    hub_prefix_headroom: { pass: onHub(7_999), fail: onHub(8_000), unknown: onHub(null) },
    hub_peer_headroom: { pass: withHubPeers(3_199), fail: withHubPeers(3_200), unknown: withHubPeers(null) },
    user_vpn_headroom: { pass: withVpnUsers(399), fail: withVpnUsers(400), unknown: withVpnUsers(null) },
    network_headroom: {
      pass: links(7),
      fail: links(8),
      unknown: createTestResilienceCheckInput({ circuits: [london({ limits: [] })] }),
    },
    fastpath_headroom: { pass: addresses(19_999), fail: addresses(20_000), unknown: addresses(null) },
    connection_headroom: {
      pass: slots(3),
      fail: slots(4),
      unknown: createTestResilienceCheckInput({ gateways: [createTestGatewayFacts('ergw-hub', { limits: [] })] }),
    },
    microsoft_365_premium: {
      pass: withMicrosoft(filter([exchange]), { sku: { tier: 'Premium', family: null } }),
      fail: withMicrosoft(filter([exchange])),
      unknown: withMicrosoft(filter(null)),
    },
    microsoft_route_filter: {
      pass: withMicrosoft({}),
      fail: withMicrosoft({ routeFilter: null }),
      unknown: withMicrosoft(filter(null)),
    },
    public_prefixes_validated: {
      pass: withMicrosoft({}),
      fail: withMicrosoft({ advertisedPublicPrefixesState: 'ValidationNeeded' }),
      unknown: withMicrosoft({ advertisedPublicPrefixesState: 'Configuring' }),
    },
    no_public_peering: {
      pass: createTestResilienceCheckInput({ circuits: [london()] }),
      fail: withPeering({ name: 'AzurePublicPeering', peeringType: 'AzurePublicPeering', type: null }),
      unknown: null,
    },
    peer_asn_free: {
      pass: withPeering({}),
      fail: withPeering({ peerAsn: 23_456, peerAsnReserved: 'IANA (AS_TRANS, RFC 6793)' }),
      unknown: withPeering({ peerAsn: null }),
    },
    links_free: {
      pass: withPeering({}),
      fail: pair({}),
      unknown: withPeering({ primaryPeerAddressPrefix: null, secondaryPeerAddressPrefix: null }),
    },
    zone_redundant_sku: {
      pass: createTestResilienceCheckInput({ gateways: [createTestGatewayFacts()] }),
      fail: createTestResilienceCheckInput({
        gateways: [createTestGatewayFacts('ergw-hub', { sku: { name: 'HighPerformance', tier: null, capacity: 2 } })],
      }),
      unknown: createTestResilienceCheckInput({
        gateways: [createTestGatewayFacts('ergw-hub', { sku: { name: null, tier: null, capacity: null } })],
      }),
    },
    gateway_migration: {
      pass: createTestResilienceCheckInput({ gateways: [createTestGatewayFacts()] }),
      fail: createTestResilienceCheckInput({
        gateways: [createTestGatewayFacts('ergw-hub', { publicAddresses: onAddress('Basic') })],
      }),
      unknown: createTestResilienceCheckInput({
        gateways: [createTestGatewayFacts('ergw-hub', { publicAddresses: onAddress(null) })],
      }),
    },
    first_route_map: {
      pass: createTestResilienceCheckInput({ gateways: [routeServer({ routeMaps: [] })] }),
      fail: createTestResilienceCheckInput({ gateways: [routeServer({ provisioningState: 'Updating' })] }),
      unknown: createTestResilienceCheckInput({ gateways: [routeServer({ provisioningState: null })] }),
    },
    active_active_vpn: {
      pass: createTestResilienceCheckInput({ gateways: [{ ...vpn('Connected'), activeActive: true }] }),
      fail: createTestResilienceCheckInput({ gateways: [{ ...vpn('Connected'), activeActive: false }] }),
      unknown: createTestResilienceCheckInput({ gateways: [{ ...vpn('Connected'), activeActive: null }] }),
    },
    peering_in_sync: {
      pass: spoke({}),
      fail: spoke({ syncLevel: 'RemoteNotInSync' }, [finding('out_of_sync', 'to-hub')]),
      unknown: spoke({ syncLevel: null }),
    },
    peering_transit: {
      pass: spoke({}),
      fail: spoke({}, [finding('no_transit', 'to-hub')]),
      unknown: spoke({ otherSide: 'not_read', back: null }),
    },
    gateways_saved_by_peering: {
      pass: createTestResilienceCheckInput({
        networks: [createTestNetworkFacts('vnet-hub', { gatewayIds: ['id-ergw-hub'] })],
      }),
      fail: createTestResilienceCheckInput({
        networks: [
          createTestNetworkFacts('vnet-hub', {
            gatewayIds: ['id-ergw-hub'],
            findings: [finding('own_gateway', 'to-dr')],
          }),
        ],
      }),
      unknown: createTestResilienceCheckInput({
        networks: [
          createTestNetworkFacts('vnet-hub', {
            gatewayIds: ['id-ergw-hub'],
            peerings: [createTestNetworkPeering('to-other', { otherSide: 'not_read', back: null })],
          }),
        ],
      }),
    },
    address_space_free: {
      pass: createTestResilienceCheckInput({ networks: [createTestNetworkFacts()] }),
      fail: createTestResilienceCheckInput({
        networks: [createTestNetworkFacts('vnet-spoke', { findings: [finding('overlap')] })],
      }),
      unknown: createTestResilienceCheckInput({
        networks: [createTestNetworkFacts('vnet-spoke', { addressPrefixes: [] })],
      }),
    },
    gateway_subnet_size: { pass: subnet(['10.0.0.0/27']), fail: subnet(['10.0.0.0/28']), unknown: subnet([]) },
    gateway_subnet_without_nsg: { pass: subnet(['10.0.0.0/27']), fail: subnet(['10.0.0.0/27'], true), unknown: null },
    gateway_subnet_routes: {
      pass: routesOnSubnet('10.1.0.0/16', true),
      fail: routesOnSubnet('0.0.0.0/0', true),
      unknown: routesOnSubnet('10.1.0.0/16', null, false),
    },
    gateway_load: { pass: loaded(0.5), fail: loaded(0.8), unknown: loaded(null) },
    fastpath_works: { pass: fast('ErGw3AZ'), fail: fast('ErGw3AZ', true), unknown: fast(null) },
    device_asn_free: {
      pass: toDevice([]),
      fail: toDevice([], { asn: 65515, asnReservedBy: 'Azure' }),
      unknown: toDevice([], { asn: null }),
    },
    prefixes_on_both_paths: {
      pass: privately({}),
      fail: privately(differing('AzurePrivatePeering')),
      unknown: privately({ tablesRead: new Set() }),
    },
    nat_pool_on_both_paths: {
      pass: publicly({}),
      fail: publicly(differing('MicrosoftPeering')),
      unknown: publicly({ tablesRead: new Set() }),
    },
    prefixes_summarized: {
      pass: privately({ announced: [{ prefixes: ['10.10.0.0/16', '10.11.4.0/24'] }, { prefixes: ['10.11.0.0/16'] }] }),
      fail: privately({ announced: [{ prefixes: ['10.10.0.0/16', '10.11.0.0/16'] }] }),
      unknown: privately({ announced: null }),
    },
    default_route_intended: {
      pass: learned(['10.0.4.4'], true),
      fail: learned(['10.0.4.4']),
      unknown: learned(null),
    },
    forced_tunnelling_redundant: {
      pass: learned(['10.0.4.4', '10.0.4.5'], true),
      fail: learned(['10.0.4.4'], true),
      unknown: learned(null, true),
    },
    standard_within_region: { pass: inRegion('uksouth'), fail: inRegion('eastus'), unknown: inRegion('nowhere') },
    no_hairpin: {
      pass: twoHubs([
        createTestNetworkPeering('a', { remoteId: 'id-vnet-dr' }),
        createTestNetworkPeering('b', { remoteId: 'id-vnet-hub' }),
      ]),
      fail: twoHubs([]),
      unknown: twoHubs([createTestNetworkPeering('to-other', { remoteId: null, otherSide: 'not_read', back: null })]),
    },
    ipsec_inside_expressroute: {
      pass: toDevice([['10.200.0.1', '10.200.0.0/16']]),
      fail: toDevice([['10.200.0.1', '']]),
      unknown: toDevice([]),
    },
    n1_capacity: {
      pass: privately({}),
      fail: privately({ busiestHour: { bitsPerSecond: 1.1e9, coveredShare: 1 } }),
      unknown: privately({ busiestHour: null }),
    },
    failover_unhindered: {
      pass: privately({ move: moveOf({}) }),
      fail: privately({ move: moveOf({ hindrances: [staticVpn] }) }),
      unknown: privately({ move: moveOf({ verdict: 'unknown' }) }),
    },
    failover_tested: {
      pass: privately({ losses: [{ at: '2026-11-01T00:00:00.000Z', mechanism: null }] }),
      fail: privately({
        lastDrill: { title: 'London away', at: '2026-11-01T00:00:00.000Z', daysAgo: 3, verdict: 'fail' },
      }),
      unknown: privately({}),
    },
    provider_change_explained: {
      pass: privately(changed('provider@example.com')),
      fail: privately(changed(null)),
      unknown: privately({ providerChanges: null }),
    },
    no_foreign_connection: { pass: owned('Contoso'), fail: owned('Fabrikam'), unknown: owned('Contoso', 1) },
  }

describe('a failover', () => {
  it.each([
    ['moves to other paths', { move: moveOf({}) }, 'pass', /^Moves/],
    ['does not move', { move: moveOf({ verdict: 'does_not_move', sentence: 'Does not move' }) }, 'fail', /^Does not/],
    ['is hindered', { move: moveOf({ hindrances: [staticVpn] }) }, 'fail', /^vpngw takes over/],
    ['was not computed', { move: null }, 'unknown', /not computed/],
    [
      'is that of a circuit without a path',
      { move: moveOf({}), redundancy: 'no_path' as const },
      'unknown',
      /^No path/,
    ],
  ])('%s', (_, own, state, reason) => {
    expect(checkFunctions.failover_unhindered(privately(own))).toMatchObject([
      { state, reason: expect.stringMatching(reason) },
    ])
  })
})

const statesOf = (kind: CheckKind, given: PostureFacts) =>
  new Set(checkFunctions[kind](given).map(({ state }) => state))

const given = (state: 'pass' | 'fail' | 'unknown') =>
  checkKinds.flatMap((kind) => {
    const made = cases[kind][state]
    return made ? [{ kind, made }] : []
  })

it.each(given('pass'))('$kind passes, by evidence', ({ kind, made }) => {
  expect([...statesOf(kind, made)]).toEqual(['pass'])
  for (const { evidence } of checkFunctions[kind](made)) expect(evidence).not.toEqual([])
})

it.each(given('fail'))('$kind fails', ({ kind, made }) => expect(statesOf(kind, made)).toContain('fail'))

it.each(given('unknown'))('$kind is unknown without what it needs', ({ kind, made }) => {
  expect(statesOf(kind, made)).toContain('unknown')
  expect(statesOf(kind, made)).not.toContain('fail')
})

it.each(checkKinds)('%s gives a reason in a sentence', (kind) => {
  const all = Object.values(cases[kind]).flatMap((made) => (made ? checkFunctions[kind](made) : []))
  for (const { reason } of all) expect(reason).toMatch(/^\S.*\.$/s)
})

it('no_hairpin does not judge what subnet peering leaves out on purpose', () => {
  const subnets = { local: ['web'], remote: ['app'] }
  const inPart = twoHubs([
    createTestNetworkPeering('a', { remoteId: 'id-vnet-dr', subnets }),
    createTestNetworkPeering('b', { remoteId: 'id-vnet-hub', subnets }),
  ])
  expect(checkFunctions.no_hairpin(inPart).map(({ state }) => state)).toEqual(['unknown', 'unknown'])
})

it.each<[string, string, object[] | null, object[] | null]>([
  [
    'connected by one mesh',
    'pass',
    [{ key: 'm', name: 'm', isGlobal: false }],
    [{ key: 'm', name: 'm', isGlobal: false }],
  ],
  ['of two meshes', 'fail', [{ key: 'm', name: 'm', isGlobal: true }], [{ key: 'n', name: 'n', isGlobal: true }]],
  ['of which one is in a mesh', 'fail', [{ key: 'm', name: 'm', isGlobal: true }], []],
  ['of one of which it is not read', 'unknown', [{ key: 'm', name: 'm', isGlobal: true }], null],
])('no_hairpin of networks %s: %s', (_, state, hub, dr) => {
  const apart = twoHubs([])
  const networks = apart.networks.map((one, n) => ({
    ...one,
    connectedGroups: (n === 0 ? hub : dr) as typeof one.connectedGroups,
  }))
  expect(checkFunctions.no_hairpin({ ...apart, networks }).map((judged) => judged.state)).toEqual([state, state])
})

it('no_hairpin takes a mesh of one region for none between two', () => {
  const apart = twoHubs([])
  const inMesh = (isGlobal: boolean) => ({
    ...apart,
    networks: apart.networks.map((one, n) => ({
      ...one,
      location: ['uksouth', 'westeurope'][n] ?? '',
      connectedGroups: [{ key: 'm', name: 'm', isGlobal }],
    })),
  })
  expect(checkFunctions.no_hairpin(inMesh(false)).map(({ state }) => state)).toEqual(['fail', 'fail'])
  expect(checkFunctions.no_hairpin(inMesh(true)).map(({ state }) => state)).toEqual(['pass', 'pass'])
})

describe('each check by itself', () => {
  const everything = createTestResilienceCheckInput({
    circuits: [london({ peerings: [createTestPeering(), createTestMicrosoftPeering()] }), amsterdam()],
    gateways: [createTestGatewayFacts('ergw-hub', both), vpn('Connected')],
    networks: [createTestNetworkFacts('vnet-spoke', { peerings: [createTestNetworkPeering('to-hub')] })],
  })

  it('names each subject once, by an id that what is read of it does not change', () => {
    const ids = checkPosture(everything).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const later = createTestResilienceCheckInput({
      ...everything,
      circuits: everything.circuits
        .map((circuit) => ({ ...circuit, bandwidthMbps: 2_000, provider: null }))
        .toReversed(),
    })
    expect(
      checkPosture(later)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(ids.toSorted())
  })

  it('fills in its command, and leaves what only a person knows', () => {
    const row = checkPosture(everything).find(({ id }) => id === 'peer_asn_free:id-erc-london:AzurePrivatePeering')
    expect(row).toMatchObject({ subject: 'erc-london AzurePrivatePeering', found: 'pass' })
    expect(row?.command).toBe(
      'az network express-route peering update --circuit-name erc-london --name AzurePrivatePeering --resource-group rg-edge --subscription 0a000000-0000-4000-8000-000000000001 --peer-asn <ASN>',
    )
    const filled = checkPosture(everything).map(({ command }) => command ?? '')
    expect(filled.filter((command) => /[{}]/.test(command))).toEqual([])
  })

  it('has no row of what it does not apply to', () => {
    expect(checkPosture(createTestResilienceCheckInput({}))).toEqual([])
    expect(
      checkFunctions.circuit_on_every_gateway(
        createTestResilienceCheckInput({ circuits: [london()], gateways: [createTestGatewayFacts()] }),
      ),
    ).toEqual([])
    expect(checkFunctions.microsoft_365_premium(withPeering({}))).toEqual([])
  })
})

describe('the ASN of what speaks BGP to a hub', () => {
  const peer = (asn: number, asnReservedBy: string | null) =>
    createTestResilienceCheckInput({
      remoteAsns: [
        {
          resource: createTestGatewayFacts('vpngw-vhub'),
          part: 'conn-utrecht adsl',
          asn,
          asnReservedBy,
          command: 'az network vpn-site',
        },
      ],
    })

  it('is held against what is reserved, with the command that is about it', () => {
    const [row] = checkPosture(peer(65517, 'Azure')).filter(({ kind }) => kind === 'device_asn_free')
    expect(row).toMatchObject({
      subject: 'vpngw-vhub conn-utrecht adsl',
      found: 'fail',
      reason: 'AS 65517 is reserved: Azure.',
      command: 'az network vpn-site',
    })
    expect([...statesOf('device_asn_free', peer(65010, null))]).toEqual(['pass'])
  })
})

describe('a failover that was tested', () => {
  const drill = (daysAgo: number, verdict: 'pass' | 'fail' | 'unknown') => ({
    title: 'London away',
    at: '2026-07-02T00:00:00.000Z',
    daysAgo,
    verdict,
  })
  const loss = { at: '2026-11-01T00:00:00.000Z', mechanism: null }
  it.each<[string, object, string, RegExp]>([
    ['a drill that passed', { lastDrill: drill(143, 'pass') }, 'pass', /^Last tested 143 days ago: the drill/],
    [
      'a drill that failed, whatever was lost since',
      { lastDrill: drill(1, 'fail'), losses: [loss] },
      'fail',
      /1 day ago.*failed/,
    ],
    ['a drill long ago', { lastDrill: drill(181, 'pass') }, 'fail', /^Last tested 181 days ago/],
    [
      'a loss since a drill long ago',
      { lastDrill: drill(181, 'pass'), losses: [loss] },
      'pass',
      /2026-11-01, without a drill/,
    ],
    [
      'a history of 35 days without a loss',
      { observedDays: 35 },
      'unknown',
      /^No path failure and no failover test in the 35 days of the last 180 on which it was polled\.$/,
    ],
    ['a whole history without a loss', {}, 'unknown', /in the last 180 days\.$/],
    ['a drill that was half seen', { lastDrill: drill(3, 'unknown') }, 'unknown', /not fully observed/],
    ['a loss beside a drill that was half seen', { lastDrill: drill(3, 'unknown'), losses: [loss] }, 'pass', /without/],
  ])('is %s', (_, own, state, reason) => {
    const [row] = checkFunctions.failover_tested(privately(own))
    expect(row).toMatchObject({ state, reason: expect.stringMatching(reason) })
  })
})

it('says how far back the failures were read that BFD is judged by', () => {
  const [short] = checkFunctions.bfd(privately({ observedDays: 1 }))
  const [lost] = checkFunctions.bfd(
    privately({ observedDays: 20, losses: [{ at: '2026-11-01T00:00:00.000Z', mechanism: 'immediate' }] }),
  )
  expect(short?.reason).toMatch(/no session failed in the 1 day of the last 180 on which it was polled/)
  expect(lost?.reason).toMatch(/failures of the 20 days of the last 180 on which it was polled/)
})

describe('FastPath', () => {
  it.each([
    ['no connection has it', null, []],
    ['the connectivity of the circuit is not known', { limit: null, routes: 10 }, ['unknown']],
  ])('has no count of addresses to hold where %s', (_, own, states) => {
    const fastPath = own && { ...own, metered: '/erc', metric: 'FastPathRoutesCountForCircuit' }
    expect([
      ...statesOf('fastpath_headroom', createTestResilienceCheckInput({ circuits: [london({ fastPath })] })),
    ]).toEqual(states)
  })

  it.each(['Failed', 'Canceled', 'Creating', 'Deleting', null])(
    'is not known of a connection that Azure reports as %s, and neither are its filters and routes',
    (provisioningState) => {
      const works = fast('ErGw3AZ')
      const gateways = works.gateways.map((gateway) => ({
        ...gateway,
        connections: gateway.connections.map((one) => ({ ...one, provisioningState })),
      }))
      expect(checkFunctions.fastpath_works({ ...works, gateways })).toMatchObject([
        { state: 'unknown', reason: expect.stringMatching(/not known to have effect/) },
      ])
      const unapplied = 'The last change of rf-edge failed, so it is not known to have effect.'
      const filtered = withMicrosoft({ routeFilter: { ...filter([exchange]).routeFilter, unapplied } })
      for (const id of ['microsoft_route_filter', 'microsoft_365_premium'] as const)
        expect(checkFunctions[id](filtered)).toMatchObject([{ state: 'unknown', reason: unapplied }])
      expect(checkFunctions.gateway_subnet_routes(routesOnSubnet('0.0.0.0/0', true, true, unapplied))).toMatchObject([
        { state: 'unknown', reason: unapplied },
      ])
    },
  )

  it('names the networks that it is not used for, and why', () => {
    const [row] = checkFunctions.fastpath_works(fast('ErGw3AZ', true))
    const reason =
      'FastPath is not used for the peered network vnet-spoke, because the circuit is not on ExpressRoute Direct.'
    expect(row).toMatchObject({ state: 'fail', reason })
  })

  it('is refused by a SKU that does not take it', () => {
    const [row] = checkFunctions.fastpath_works(fast('ErGw2AZ'))
    expect(row).toMatchObject({ state: 'fail', reason: expect.stringMatching(/^ErGw2AZ does not take FastPath/) })
  })
})

describe('peering locations', () => {
  it.each<[string, string, (string | null)[], string, RegExp]>([
    ['a Metro circuit', 'Amsterdam Metro', [], 'pass', /end in Amsterdam and Amsterdam2 .*: high resiliency\.$/],
    ['one beside a circuit at one of its own', 'Amsterdam Metro', ['Amsterdam2'], 'pass', /high resiliency; no two/],
    ['two of one city', 'AmsterdamMetro', ['amsterdam metro'], 'pass', /high resiliency; no two/],
    ['one beside a third of its city', 'Tokyo', ['Tokyo3'], 'pass', /are in 2 peering locations/],
    ['one beside one in another city', 'Amsterdam Metro', ['Zurich Metro'], 'pass', /are in 2 peering locations/],
    ['one that is in no list', 'Atlantis Metro', [], 'unknown', /is not known/],
    ['that beside a circuit of its city', 'Atlantis Metro', ['Atlantis'], 'unknown', /is not known/],
    ['that beside another city', 'Atlantis Metro', ['London'], 'pass', /are in 2 peering locations/],
    ['a name that ends alike by chance', 'Telemetro', [], 'fail', /one peering location: Telemetro/],
    ['a building of ExpressRoute Direct', 'Equinix-Amsterdam-AM5', ['Amsterdam'], 'unknown', /is not known/],
    ['two at one location', 'London', ['london'], 'fail', /one peering location: London/],
  ])('of %s', (_, first, others, state, reason) => {
    const own = { resiliencyLevel: null }
    const circuits = [first, ...others].map((peeringLocation, n) =>
      createTestCircuitFacts(`erc-${n}`, { peeringLocation, ...own }),
    )
    const gateways = [createTestGatewayFacts('ergw-hub', { circuitIds: circuits.map(({ id }) => id) })]
    const [row] = checkFunctions.two_locations(createTestResilienceCheckInput({ circuits, gateways }))
    expect(row).toMatchObject({ state, reason: expect.stringMatching(reason) })
  })

  it('name the Metro location that the provider serves there', () => {
    const circuits = [london({ metroOffered: 'London Metro' })]
    const [row] = checkFunctions.two_locations(
      createTestResilienceCheckInput({ circuits, gateways: [createTestGatewayFacts()] }),
    )
    expect(row?.reason).toMatch(/one peering location: London\. Equinix serves London Metro\.$/)
  })

  it('are two where Azure states high resiliency, whatever its location is called', () => {
    const circuits = [london({ peeringLocation: 'Atlantis', resiliencyLevel: 'high' })]
    expect([
      ...statesOf('two_locations', createTestResilienceCheckInput({ circuits, gateways: [createTestGatewayFacts()] })),
    ]).toEqual(['pass'])
  })
})

it.each([
  ['London2', 'uksouth', 'pass'],
  ['Amsterdam Metro', 'westeurope', 'pass'],
  ['Silicon Valley', 'southcentralus', 'pass'],
  ['Washington DC2', 'westus2', 'pass'],
  ['Johannesburg', 'southafricanorth', 'pass'],
  ['Tokyo', 'koreacentral', 'fail'],
  ['Singapore', 'centralindia', 'fail'],
  ['Atlantis', 'uksouth', 'unknown'],
] as const)('a Standard circuit in %s with a gateway in %s: %s', (peeringLocation, location, state) => {
  const given = createTestResilienceCheckInput({
    circuits: [london({ peeringLocation })],
    gateways: [createTestGatewayFacts('ergw-hub', { location })],
  })
  expect(checkFunctions.standard_within_region(given)[0]?.state).toBe(state)
})

it.each(checkKinds)('%s rests on documentation of Microsoft', (kind) => {
  expect(checkRecords[kind].source).toMatch(/^https:\/\/learn\.microsoft\.com\/azure\//)
})

describe('circuits of two customers on one gateway', () => {
  it('need not have the same gateways', () => {
    const shared = createTestResilienceCheckInput({
      circuits: [london({ customer: 'Contoso' }), amsterdam({ customer: 'Fabrikam' })],
      gateways: [
        createTestGatewayFacts('ergw-hub', both),
        createTestGatewayFacts('ergw-dr', { circuitIds: ['id-erc-london'] }),
      ],
    })
    expect(checkFunctions.circuit_on_every_gateway(shared)).toEqual([])
  })
})

describe('a count of networks', () => {
  it('is not enough where authorizations may add to it', () => {
    const nearly = createTestResilienceCheckInput({
      circuits: [
        london({
          limits: [{ name: 'vnet_links', limit: 10, count: 6, share: 0.6, note: null, source: '' }],
          authorizations: { total: 2, inUse: 2 },
        }),
      ],
    })
    expect([...statesOf('network_headroom', nearly)]).toEqual(['unknown'])
  })

  it('of a hub is unknown below the limit if some prefixes were not read, and fails above it all the same', () => {
    const judged = (prefixes: number) => [...statesOf('hub_prefix_headroom', onHub(prefixes, true))]
    expect([judged(7_999), judged(8_000)]).toEqual([['unknown'], ['fail']])
  })

  it('of BGP peers is unknown below the limit if the routes of some were not read; a hub without peers has no result', () => {
    const judged = (prefixes: number) => [...statesOf('hub_peer_headroom', withHubPeers(prefixes, true))]
    expect([judged(3_199), judged(3_200)]).toEqual([['unknown'], ['fail']])
    expect([...statesOf('hub_peer_headroom', onHub(10))]).toEqual([])
  })

  it('of VPN users covers VPN gateways of virtual networks with user VPN', () => {
    const judged = (facts: PostureFacts) => checkFunctions.user_vpn_headroom(facts)
    expect(judged(vpnGatewayWithUsers(199))).toMatchObject([
      { state: 'pass', subject: { resource: { name: 'vpngw-hub' } } },
    ])
    expect(judged(vpnGatewayWithUsers(200))).toMatchObject([
      { state: 'fail', reason: '200 of 250 devices, 80 %.', command: expect.stringContaining('--sku <larger SKU>') },
    ])
    expect(judged(vpnGatewayWithUsers(null))).toMatchObject([
      { state: 'unknown', reason: 'Azure Monitor reported no number of connections recently.' },
    ])
    const undocumented = vpnGatewayWithUsers(10)
    expect(
      judged({ ...undocumented, gateways: undocumented.gateways.map((one) => ({ ...one, limits: [] })) }),
    ).toMatchObject([{ state: 'unknown', reason: 'The number of devices that VpnGw1AZ takes is not documented.' }])
    expect(
      judged(createTestResilienceCheckInput({ gateways: [createTestGatewayFacts('vpngw-hub', { kind: 'vpn' })] })),
    ).toEqual([])
    // a larger SKU does not take more SSTP connections
    const full = { name: 'user_vpn_clients' as const, limit: 128, count: 120, share: 120 / 128, note: null, source: '' }
    const bySstp = { ...undocumented, gateways: undocumented.gateways.map((one) => ({ ...one, limits: [full] })) }
    expect(judged(bySstp)).toMatchObject([{ state: 'fail', reason: '120 of 128 devices, 94 %.' }])
    expect(judged(bySstp)[0]).not.toHaveProperty('command')
  })

  it('of the gateway of a hub follows the limits of hubs', () => {
    const inHub = (count: number | null) =>
      createTestResilienceCheckInput({
        gateways: [
          createTestGatewayFacts('ergw-vhub', {
            kind: 'vwan',
            resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteGateways/ergw-vhub',
            limits:
              count === null
                ? []
                : [{ name: 'connections', limit: 8, count, share: count / 8, note: null, source: '' }],
            load: count === null ? [] : [{ name: 'bits', value: count, limit: 8, share: count / 8, at: 0 }],
          }),
        ],
      })
    const judged = (count: number | null) =>
      (['connection_headroom', 'gateway_load'] as const).map((kind) => [...statesOf(kind, inHub(count))])
    expect(judged(6)).toEqual([['pass'], ['pass']])
    expect(judged(8)).toEqual([['fail'], ['fail']])
    expect(judged(null)).toEqual([['unknown'], ['unknown']])
  })
})

describe('peerings that no check asks anything of', () => {
  it.each([
    ['one that is being deleted', withMicrosoft({ provisioningState: 'Deleting' })],
    [
      'one of a circuit that no provider has built',
      withMicrosoft({}, { provisioning: { circuit: 'Enabled', provider: 'NotProvisioned' } }),
    ],
  ])('%s', (_, estate) => {
    expect(checkFunctions.public_prefixes_validated(estate)).toEqual([])
    expect(checkFunctions.bgp_on_both_paths(estate)).toEqual([])
  })
})

describe('a gateway whose SKU spreads over zones', () => {
  const address = (isRead: boolean, zones: string[] | null) => [{ name: 'pip-ergw', isRead, sku: null, zones }]
  it.each([
    ['passes with an address of several zones', address(true, ['1', '2', '3']), 'pass', /several zones/],
    ['fails with an address of one', address(true, ['1']), 'fail', /in zone 1 alone/],
    ['is not known where the address is not read', address(false, null), 'unknown', /publicIPAddresses\/read/],
    ['is not known where Azure states no zones', address(true, null), 'unknown', /states none/],
    ['is not known where Azure names no address', [], 'unknown', /names no public address/],
  ])('%s', (_, publicAddresses, state, reason) => {
    const [judged] = checkFunctions.zone_redundant_sku(
      createTestResilienceCheckInput({ gateways: [createTestGatewayFacts('ergw-hub', { publicAddresses })] }),
    )
    expect(judged).toMatchObject({ state, reason: expect.stringMatching(reason) })
  })

  it.each([
    ['Regional', ['Regional'], 'fail', /Regional, so it does not spread/],
    ['a list of zones', ['1', '2'], 'pass', /several zones/],
    ['nothing', null, 'pass', /several zones/],
  ] as const)('whose own zones are %s', (_, zones, state, reason) => {
    const own = { zones: zones && [...zones], publicAddresses: address(true, ['1', '2', '3']) }
    const [judged] = checkFunctions.zone_redundant_sku(
      createTestResilienceCheckInput({ gateways: [createTestGatewayFacts('ergw-hub', own)] }),
    )
    expect(judged).toMatchObject({ state, reason: expect.stringMatching(reason) })
  })
})

it.each([
  ['has none', { routeMaps: [] }, 'pass'],
  ['is changing, and has none', { routeMaps: [], provisioningState: 'Updating' }, 'pass'],
  ['is changing, and has two', { routeMaps: ['rm-north', 'rm-south'], provisioningState: 'Updating' }, 'pass'],
  ['has one', {}, 'pass'],
  ['is changing, and has one', { provisioningState: 'Updating' }, 'fail'],
])('the first route map of a Route Server that %s', (_, own, state) => {
  const [judged, ...others] = checkFunctions.first_route_map(
    createTestResilienceCheckInput({
      gateways: [routeServer(own), createTestGatewayFacts('ergw', { provisioningState: 'Updating' })],
    }),
  )
  expect([judged?.state, others]).toEqual([state, []])
})

it.each([
  ['VpnGw2', 'vpn', 'Standard', 'fail', /30 September 2026.* by October 2026/],
  ['Standard', 'vpn', 'Standard', 'fail', /March 2026/],
  ['VpnGw2AZ', 'vpn', 'Basic', 'fail', /end of June 2026/],
  ['ErGw1AZ', 'expressRoute', 'Basic', 'fail', /30 September 2025/],
  // near misses: the same words on an ExpressRoute gateway, a SKU that is kept, and a gateway whose address is kept
  ['Standard', 'expressRoute', 'Standard', 'pass', /stays/],
  ['VpnGw2AZ', 'vpn', 'Standard', 'pass', /stays/],
  ['Basic', 'vpn', 'Basic', 'pass', /stays/],
] as const)('whether Microsoft migrates %s (%s) on a %s address: %s', (name, kind, sku, state, reason) => {
  const gateway = createTestGatewayFacts('gw', {
    kind,
    sku: { name, tier: null, capacity: null },
    publicAddresses: onAddress(sku),
  })
  const [judged] = checkFunctions.gateway_migration(createTestResilienceCheckInput({ gateways: [gateway] }))
  expect(judged).toMatchObject({ state, reason: expect.stringMatching(reason) })
})

it('a disabled link of a LAG fails, and a LAG without stated colocations is not judged by them', () => {
  const judged = checkFunctions.lag_minimum(onLag([ON, ON], { adminState: OFF }))
  expect(judged.map(({ state, reason }) => [state, reason])).toEqual(
    [1, 2].map((n) => ['fail', `0 of 2 ports of link${n} active, minimum 2. The link carries nothing.`]),
  )
  expect(checkFunctions.lag_places(onLag([ON]))).toEqual([])
})
