import { describe, expect, it } from 'vitest'
import type { NetworkPeering } from '#lib/contract/index.ts'
import {
  findCircuitOverlaps,
  findNetworkFaults,
  type PathLinkSubnet,
  type JudgedNetwork,
  type OnPremisesPrefixes,
} from './index.ts'

const peering = (remote: string, more: Partial<NetworkPeering> = {}): NetworkPeering => ({
  name: `to-${remote}`,
  remoteId: remote,
  remoteName: remote,
  remotePrefixes: [],
  subnets: null,
  state: 'Connected',
  syncLevel: 'FullyInSync',
  allowGatewayTransit: false,
  useRemoteGateways: false,
  allowForwardedTraffic: true,
  allowVirtualNetworkAccess: true,
  otherSide: 'not_read',
  back: null,
  ...more,
})
const back = (more: Partial<NetworkPeering> = {}): Partial<NetworkPeering> => ({
  otherSide: 'seen',
  back: {
    name: 'back',
    state: 'Connected',
    syncLevel: 'FullyInSync',
    allowGatewayTransit: true,
    useRemoteGateways: false,
    allowForwardedTraffic: true,
    allowVirtualNetworkAccess: true,
    ...more,
  },
})
const network = (id: string, more: Partial<JudgedNetwork> = {}): JudgedNetwork => ({
  id,
  name: id,
  kind: 'vnet',
  addressPrefixes: [],
  gatewayPrefixes: [],
  gatewayIds: [],
  peerings: [],
  ...more,
})
const link = (subnet: string, networkIds: string[]): PathLinkSubnet => ({
  circuit: 'erc',
  peering: 'AzurePrivatePeering',
  path: 'primary',
  subnet,
  networkIds,
})

const kindsOf = (networks: JudgedNetwork[], links: PathLinkSubnet[] = [], onPrem: OnPremisesPrefixes[] = []) =>
  Object.fromEntries(
    [...findNetworkFaults(networks, links, onPrem)].map(([id, found]) => [id, found.map(({ kind }) => kind)]),
  )

describe('a peering', () => {
  it.each<[string, Partial<NetworkPeering>, string[]]>([
    ['that is sound', {}, []],
    ['whose other side was deleted', { state: 'Disconnected', syncLevel: 'LocalNotInSync' }, ['disconnected']],
    ['that has one side yet', { state: 'Initiated' }, ['one_sided']],
    ['whose other side has new space', { syncLevel: 'RemoteNotInSync' }, ['out_of_sync']],
    ['of which ARM reports neither', { state: null, syncLevel: null }, []],
    ['without access', { allowVirtualNetworkAccess: false }, ['no_access']],
    [
      'that wants transit it is not given',
      { useRemoteGateways: true, ...back({ allowGatewayTransit: false }) },
      ['no_transit'],
    ],
    ['that uses what it is given', { useRemoteGateways: true, ...back() }, []],
    ['that wants transit of whom nobody reads', { useRemoteGateways: true }, []],
  ])('%s', (_, more, kinds) => {
    expect(kindsOf([network('spoke', { peerings: [peering('hub', more)] })])).toEqual(
      kinds.length > 0 ? { spoke: kinds } : {},
    )
  })

  it.each<[string, string[], string[], string[]]>([
    ['with a gateway of its own beside a hub', ['g1'], ['g2'], ['own_gateway']],
    ['without one', [], ['g2'], []],
    ['beside a network without one', ['g1'], [], []],
  ])('of a spoke %s', (_, own, others, kinds) => {
    const spoke = network('spoke', { gatewayIds: own, peerings: [peering('hub')] })
    expect(kindsOf([spoke, network('hub', { gatewayIds: others })]).spoke ?? []).toEqual(kinds)
  })
})

describe('address space that overlaps', () => {
  const hub = network('hub', {
    addressPrefixes: ['10.0.0.0/16'],
    gatewayPrefixes: ['10.0.4.0/27'],
    gatewayIds: ['g'],
    peerings: [peering('spoke')],
  })

  it('is found for a gateway subnet and a network that it can reach, and for no other', () => {
    const spoke = network('spoke', { addressPrefixes: ['10.0.4.16/28'] })
    expect(kindsOf([hub, spoke])).toEqual({ hub: ['overlap'] })
    // subnet peerings are intended for networks whose other addresses overlap
    const subnets = { local: ['web'], remote: ['app'] }
    const inPart = { ...hub, peerings: hub.peerings.map((one) => ({ ...one, subnets })) }
    expect(kindsOf([inPart, spoke])).toEqual({})
    // two customers with the same addresses and without a path between them
    expect(kindsOf([{ ...hub, peerings: [] }, spoke])).toEqual({})
    expect(kindsOf([hub, network('spoke', { addressPrefixes: ['10.1.0.0/16'] })])).toEqual({})
  })

  it('is found through a circuit that both have gateways on', () => {
    const other = network('other', { addressPrefixes: ['10.0.0.0/8'], gatewayIds: ['h'] })
    const far = link('172.16.0.0/30', ['hub', 'other'])
    expect(kindsOf([hub, other], [far])).toEqual({ hub: ['overlap'] })
  })

  it.each<[string, string, string[]]>([
    ['a link inside the network', '10.0.9.0/30', ['overlap']],
    ['a link beside it', '172.16.0.0/30', []],
  ])('%s', (_, subnet, kinds) => {
    expect(kindsOf([hub], [link(subnet, ['hub'])]).hub ?? []).toEqual(kinds)
  })

  it.each<[string, string, string[]]>([
    ['lies in the network', '10.0.8.0/24', ['overlap']],
    ['is the network’s very own', '10.0.0.0/16', ['overlap']],
    ['is on the link', '172.16.0.1/32', ['overlap']],
    ['summarizes', '10.0.0.0/8', []],
    ['is the default', '0.0.0.0/0', []],
    ['is elsewhere', '10.20.0.0/16', []],
  ])('on premises: what %s', (_, prefix, kinds) => {
    const found = findNetworkFaults([hub], [link('172.16.0.0/30', ['hub'])], [{ name: 'dc', prefixes: [prefix] }])
    expect((found.get('hub') ?? []).map(({ kind }) => kind)).toEqual(kinds)
    expect((found.get('hub') ?? []).every(({ text }) => text.includes('dc'))).toBe(true)
  })
})

describe('the overlaps of a circuit', () => {
  const textsOf = (networks: JudgedNetwork[], links: PathLinkSubnet[], onPrem: OnPremisesPrefixes[] = []) =>
    findCircuitOverlaps(networks, links, onPrem).map(({ text }) => text)
  const hub = network('hub', {
    addressPrefixes: ['10.0.0.0/16'],
    gatewayPrefixes: ['10.0.4.0/27'],
    gatewayIds: ['gw'],
    peerings: [peering('spoke')],
  })

  it('are those of its links and of the networks that it reaches, each once', () => {
    const spoke = network('spoke', { addressPrefixes: ['172.16.0.0/24', '10.0.4.0/24'], peerings: [peering('hub')] })
    const links = [link('172.16.0.0/30', ['hub', 'hub'])]
    expect(textsOf([hub, spoke], links, [{ name: 'DC-A', prefixes: ['10.0.1.0/24'] }])).toEqual([
      '10.0.1.0/24 of DC-A lies in 10.0.0.0/16 of hub.',
      'The gateway subnet 10.0.4.0/27 of hub overlaps 10.0.4.0/24 of spoke.',
      'Link 172.16.0.0/30 (erc, AzurePrivatePeering, primary) overlaps 172.16.0.0/24 of spoke.',
    ])
  })

  it('leave out what it does not reach', () => {
    const other = network('other', {
      addressPrefixes: ['172.16.0.0/24', '10.0.4.0/24'],
      gatewayPrefixes: ['10.0.4.0/27'],
    })
    expect(textsOf([hub, other], [link('172.16.0.0/30', ['hub'])])).toEqual([])
  })

  it('are those of its links with on-premises, where no gateway is connected', () => {
    expect(textsOf([hub], [link('172.16.0.0/30', [])], [{ name: 'DC-A', prefixes: ['172.16.0.0/30'] }])).toEqual([
      'Link 172.16.0.0/30 (erc, AzurePrivatePeering, primary) is used by DC-A: 172.16.0.0/30.',
    ])
  })
})
