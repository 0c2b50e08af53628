import { describe, expect, it } from 'vitest'
import { type CheckKind, checkKinds, type NetworkFinding, type PeeringView } from '#lib/contract/index.ts'
import type { CircuitFacts, PostureFacts } from './facts.ts'
import { checkPosture, checks } from './index.ts'
import {
  aCircuit,
  aConnection,
  aGateway,
  aMicrosoftPeering,
  aNetwork,
  aNetworkPeering,
  aPath,
  aPeering,
  facts,
} from './testing.ts'

const london = (own: Partial<CircuitFacts> = {}) => aCircuit('erc-london', own)
const amsterdam = (own: Partial<CircuitFacts> = {}) =>
  aCircuit('erc-amsterdam', { peeringLocation: 'Amsterdam', provider: 'Colt', ...own })
const both = { circuitIds: ['id-erc-london', 'id-erc-amsterdam'] }
const pair = (second: Partial<CircuitFacts>) =>
  facts({ circuits: [london(), amsterdam(second)], gateways: [aGateway('ergw-hub', both)] })
const withPeering = (own: Partial<PeeringView>) => facts({ circuits: [london({ peerings: [aPeering(own)] })] })
const withMicrosoft = (own: Partial<PeeringView>, circuit: Partial<CircuitFacts> = {}) =>
  facts({ circuits: [london({ peerings: [aMicrosoftPeering(own)], ...circuit })] })
const bgp = (state: 'up' | 'down' | 'unknown') =>
  withPeering({
    paths: [
      aPath('primary'),
      aPath('secondary', { layers: { provisioned: 'up', arp: 'complete', bgp: state, traffic: 'quiet' } }),
    ],
  })
const filter = (communities: { community: string; name: string | null }[] | null) => ({
  routeFilter: { name: 'rf-edge', resourceId: '/filter', communities },
})
const exchange = { community: '12076:5010', name: 'Exchange Online' }
const finding = (kind: NetworkFinding['kind'], peering: string | null = null): NetworkFinding => ({
  kind,
  severity: 'warning',
  peering,
  text: `Found ${kind}.`,
  source: '',
})
const spoke = (own: Parameters<typeof aNetworkPeering>[1], findings: NetworkFinding[] = []) =>
  facts({ networks: [aNetwork('vnet-spoke', { peerings: [aNetworkPeering('to-hub', own)], findings })] })
const vpn = (status: string | null) =>
  aGateway('vpngw-hub', {
    kind: 'vpn',
    circuitIds: [],
    connections: [aConnection('cxn-branch', { type: 'IPsec', status })],
  })
const mac = (address: string | null) =>
  withPeering({
    paths: [
      aPath('primary'),
      aPath('secondary', { arp: [{ age: 1, interface: 'On-Prem', ipAddress: '172.16.0.5', macAddress: address }] }),
    ],
  })
const routes = (count: number | null) =>
  withPeering({ paths: [aPath('primary', { routesReceived: count }), aPath('secondary')] })
const links = (count: number) =>
  facts({
    circuits: [
      london({ limits: [{ name: 'vnet_links', limit: 10, count, share: count / 10, note: null, source: '' }] }),
    ],
  })
const slots = (count: number) =>
  facts({
    gateways: [
      aGateway('ergw-hub', {
        limits: [{ name: 'connections', limit: 4, count, share: count / 4, note: null, source: '' }],
      }),
    ],
  })

/** For each check what passes, what fails and what is unknown; null = its state can't be that. */
const cases: Record<CheckKind, { pass: PostureFacts | null; fail: PostureFacts; unknown: PostureFacts | null }> = {
  bgp_on_both_paths: { pass: bgp('up'), fail: bgp('down'), unknown: bgp('unknown') },
  two_locations: {
    pass: pair({}),
    fail: pair({ peeringLocation: 'London' }),
    unknown: facts({ circuits: [london()], gateways: [aGateway('ergw-hub', { circuitIds: ['id-erc-london', null] })] }),
  },
  two_metros: {
    pass: pair({}),
    fail: pair({ peeringLocation: 'London2' }),
    unknown: pair({ peeringLocation: null }),
  },
  two_providers: { pass: pair({}), fail: pair({ provider: 'Equinix' }), unknown: pair({ provider: null }) },
  circuit_on_every_gateway: {
    pass: pair({}),
    fail: facts({
      circuits: [london(), amsterdam()],
      gateways: [aGateway('ergw-hub', both), aGateway('ergw-dr', { circuitIds: ['id-erc-london'] })],
    }),
    unknown: facts({
      circuits: [london(), amsterdam({ authorizations: { total: 1, inUse: 1 } })],
      gateways: [aGateway('ergw-hub', both), aGateway('ergw-dr', { circuitIds: ['id-erc-london'] })],
    }),
  },
  vpn_backup: {
    pass: facts({ gateways: [aGateway(), vpn('Connected')] }),
    fail: facts({ gateways: [aGateway()] }),
    unknown: facts({ gateways: [aGateway(), vpn(null)] }),
  },
  separate_routers: { pass: mac('00:50:56:00:00:02'), fail: mac('00:50:56:00:00:01'), unknown: mac(null) },
  bfd: {
    pass: null,
    fail: facts({ circuits: [london({ losses: [{ at: '2026-11-01T00:00:00.000Z', mechanism: 'hold_timer' }] })] }),
    unknown: facts({ circuits: [london({ losses: [{ at: '2026-11-01T00:00:00.000Z', mechanism: 'immediate' }] })] }),
  },
  prefix_headroom: { pass: routes(10), fail: routes(3_200), unknown: routes(null) },
  network_headroom: { pass: links(7), fail: links(8), unknown: facts({ circuits: [london({ limits: [] })] }) },
  connection_headroom: {
    pass: slots(3),
    fail: slots(4),
    unknown: facts({ gateways: [aGateway('ergw-hub', { limits: [] })] }),
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
    pass: facts({ circuits: [london()] }),
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
    pass: facts({ gateways: [aGateway()] }),
    fail: facts({ gateways: [aGateway('ergw-hub', { sku: { name: 'HighPerformance', tier: null, capacity: 2 } })] }),
    unknown: facts({ gateways: [aGateway('ergw-hub', { sku: { name: null, tier: null, capacity: null } })] }),
  },
  active_active_vpn: {
    pass: facts({ gateways: [{ ...vpn('Connected'), activeActive: true }] }),
    fail: facts({ gateways: [{ ...vpn('Connected'), activeActive: false }] }),
    unknown: facts({ gateways: [{ ...vpn('Connected'), activeActive: null }] }),
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
    pass: facts({ networks: [aNetwork('vnet-hub', { gatewayIds: ['id-ergw-hub'] })] }),
    fail: facts({
      networks: [aNetwork('vnet-hub', { gatewayIds: ['id-ergw-hub'], findings: [finding('own_gateway', 'to-dr')] })],
    }),
    unknown: facts({
      networks: [
        aNetwork('vnet-hub', {
          gatewayIds: ['id-ergw-hub'],
          peerings: [aNetworkPeering('to-other', { otherSide: 'not_read', back: null })],
        }),
      ],
    }),
  },
  address_space_free: {
    pass: facts({ networks: [aNetwork()] }),
    fail: facts({ networks: [aNetwork('vnet-spoke', { findings: [finding('overlap')] })] }),
    unknown: facts({ networks: [aNetwork('vnet-spoke', { addressPrefixes: [] })] }),
  },
}

const statesOf = (kind: CheckKind, given: PostureFacts) => new Set(checks[kind](given).map(({ state }) => state))

const given = (state: 'pass' | 'fail' | 'unknown') =>
  checkKinds.flatMap((kind) => {
    const made = cases[kind][state]
    return made ? [{ kind, made }] : []
  })

it.each(given('pass'))('$kind passes, by evidence', ({ kind, made }) => {
  expect([...statesOf(kind, made)]).toEqual(['pass'])
  for (const { evidence } of checks[kind](made)) expect(evidence).not.toEqual([])
})

it.each(given('fail'))('$kind fails', ({ kind, made }) => expect(statesOf(kind, made)).toContain('fail'))

it.each(given('unknown'))('$kind is unknown without what it needs', ({ kind, made }) => {
  expect(statesOf(kind, made)).toContain('unknown')
  expect(statesOf(kind, made)).not.toContain('fail')
})

it.each(checkKinds)('%s gives a reason in a sentence', (kind) => {
  const all = Object.values(cases[kind]).flatMap((made) => (made ? checks[kind](made) : []))
  for (const { reason } of all) expect(reason).toMatch(/^[A-Z0-9].*\.$/s)
})

describe('each check by itself', () => {
  const everything = facts({
    circuits: [london({ peerings: [aPeering(), aMicrosoftPeering()] }), amsterdam()],
    gateways: [aGateway('ergw-hub', both), vpn('Connected')],
    networks: [aNetwork('vnet-spoke', { peerings: [aNetworkPeering('to-hub')] })],
  })

  it('names each subject once, by an id that what is read of it does not change', () => {
    const ids = checkPosture(everything).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const later = facts({
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
    expect(checkPosture(facts({}))).toEqual([])
    expect(checks.circuit_on_every_gateway(facts({ circuits: [london()], gateways: [aGateway()] }))).toEqual([])
    expect(checks.microsoft_365_premium(withPeering({}))).toEqual([])
  })
})

describe('circuits of two customers on one gateway', () => {
  it('need not have the same gateways', () => {
    const shared = facts({
      circuits: [london({ customer: 'Contoso' }), amsterdam({ customer: 'Fabrikam' })],
      gateways: [aGateway('ergw-hub', both), aGateway('ergw-dr', { circuitIds: ['id-erc-london'] })],
    })
    expect(checks.circuit_on_every_gateway(shared)).toEqual([])
  })
})

describe('a count of networks', () => {
  it('is not enough where authorizations may add to it', () => {
    const nearly = facts({
      circuits: [
        london({
          limits: [{ name: 'vnet_links', limit: 10, count: 6, share: 0.6, note: null, source: '' }],
          authorizations: { total: 2, inUse: 2 },
        }),
      ],
    })
    expect([...statesOf('network_headroom', nearly)]).toEqual(['unknown'])
  })
})
