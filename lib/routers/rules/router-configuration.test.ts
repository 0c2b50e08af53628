import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPrefix, type IpPrefix } from '#lib/bgp/index.ts'
import { type DifferenceKind, supportedRouterSoftware } from '../api/router-configuration.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { armTypes } from '#lib/contract/index.ts'
import {
  compareRouterWithRequiredSessions,
  parseRouterConfiguration,
  renderConfiguration,
  listUnknownSessionFields,
  type WantedSession,
  listWantedSessions,
} from './index.ts'

const ipv4: WantedSession = {
  peering: 'AzurePrivatePeering',
  path: 'primary',
  family: 4,
  local: '172.16.9.1',
  length: 30,
  neighbor: '172.16.9.2',
  localAsn: 65010,
  remoteAsn: 12076,
  vlan: 210,
  outerVlan: null,
  md5: null,
  bfd: true,
  announced: ['10.40.0.0/16', '10.41.8.0/21'],
  prepends: 2,
}
const ipv6: WantedSession = {
  ...ipv4,
  family: 6,
  local: '2001:db8:9::1',
  length: 126,
  neighbor: '2001:db8:9::2',
  bfd: false,
  announced: ['2001:db8:40::/48'],
}

const found = (wanted: readonly WantedSession[], text: string) =>
  compareRouterWithRequiredSessions(wanted, parseRouterConfiguration(text))
const kindsIn = (wanted: readonly WantedSession[], text: string): DifferenceKind[] =>
  found(wanted, text).differences.map(({ kind }) => kind)

/** The same configuration for Junos, as `show configuration` prints it. */
const junosBraces = `
interfaces {
    xe-0/0/1 {
        flexible-vlan-tagging;
        unit 210 {
            vlan-tags outer 900 inner 210;
            family inet { address 172.16.9.1/30; }
        }
    }
}
routing-options { autonomous-system 65010; }
policy-options {
    policy-statement to-azure {
        term 1 {
            from { route-filter 10.40.0.0/16 exact; route-filter 10.41.8.0/21 exact; }
            then { as-path-prepend "65010 65010"; accept; }
        }
        then reject;
    }
}
protocols {
    bgp {
        group azure {
            peer-as 12076;
            family inet { unicast; }
            export [ to-azure ];
            bfd-liveness-detection { minimum-interval 300; multiplier 3; }
            neighbor 172.16.9.2 { authentication-key "$9$x"; } ## SECRET-DATA
        }
    }
}`

/** A handwritten configuration with groups, in the form in which routers print it. */
const iosXe = `
interface TenGigabitEthernet0/1/0.210
 encapsulation dot1Q 210
 ip address 172.16.9.1 255.255.255.252
 bfd interval 300 min_rx 300 multiplier 3
router bgp 65010
 bgp log-neighbor-changes
 neighbor AZURE peer-group
 neighbor AZURE remote-as 12076
 neighbor AZURE fall-over bfd
 neighbor 172.16.9.2 peer-group AZURE
 address-family ipv4
  neighbor AZURE route-map TO-AZURE out
  neighbor 172.16.9.2 activate
 exit-address-family
ip prefix-list OURS seq 5 permit 10.40.0.0/16
ip prefix-list OURS seq 10 permit 10.41.8.0/21
route-map TO-AZURE permit 10
 match ip address prefix-list OURS
 set as-path prepend 65010 65010`

const iosXr = `
interface HundredGigE0/0/0/3.210
 ipv4 address 172.16.9.1 255.255.255.252
 encapsulation dot1q 210
!
route-policy TO-AZURE
  if destination in OURS then
    prepend as-path 65010 2
    pass
  endif
end-policy
!
prefix-set OURS
  10.40.0.0/16,
  10.41.8.0/21
end-set
!
router bgp 65010
 address-family ipv4 unicast
 !
 neighbor-group AZURE
  remote-as 12076
  bfd fast-detect
  address-family ipv4 unicast
   route-policy TO-AZURE out
  !
 !
 neighbor 172.16.9.2
  use neighbor-group AZURE
 !
!`

describe('a configuration that matches differs in nothing', () => {
  it.each(supportedRouterSoftware)('as it is written for %s', (software) => {
    const text = renderConfiguration(software, 'erc-x', '', [ipv4, ipv6])
    expect(text).not.toMatch(/undefined|null|NaN|[<>]/)
    expect(kindsIn([ipv4, ipv6], text)).toEqual([])
  })

  it.each([
    ['IOS XE with a peer group', [ipv4], iosXe],
    ['IOS XR with a neighbor group', [ipv4], iosXr],
    ['Junos in braces, with two tags and a key', [{ ...ipv4, outerVlan: 900, md5: 'set' as const }], junosBraces],
    // a four-byte ASN in two parts
    ['asdot', [{ ...ipv4, localAsn: 65_537 + 65_000 }], iosXe.replaceAll('65010', '1.65001')],
    // values that Azure does not state are not compared
    [
      'unknown',
      [{ ...ipv4, vlan: null, localAsn: null, announced: null, prepends: null }],
      iosXe.replace('.210', '.7'),
    ],
  ])('%s', (_, wanted, text) => expect(found(wanted, text)).toMatchObject({ differences: [], elsewhere: [] }))
})

describe('what differs is named', () => {
  it.each<[DifferenceKind[], string, string]>([
    [['vlan'], 'encapsulation dot1Q 210', 'encapsulation dot1Q 211'],
    [['address'], 'ip address 172.16.9.1', 'ip address 172.16.9.3'],
    [['prefix_length'], '255.255.255.252', '255.255.255.0'],
    [['remote_asn'], 'remote-as 12076', 'remote-as 12067'],
    [['local_asn'], 'router bgp 65010', 'router bgp 65011'],
    [['bfd'], ' neighbor AZURE fall-over bfd\n', ''],
    [['neighbor'], 'neighbor 172.16.9.2', 'neighbor 172.16.9.6'],
    [['neighbor_shut'], 'neighbor 172.16.9.2 activate', 'neighbor 172.16.9.2 shutdown'],
    [['interface_shut'], 'bfd interval 300', 'shutdown\n bfd interval 300'],
    [['family'], ' bgp log-neighbor-changes', ' no bgp default ipv4-unicast'],
    [['no_filter', 'prepends'], '  neighbor AZURE route-map TO-AZURE out\n', ''],
    [['not_let_out'], 'ip prefix-list OURS seq 10 permit 10.41.8.0/21\n', ''],
    [['let_out'], 'route-map TO-AZURE permit', 'ip prefix-list OURS permit 10.99.0.0/16\nroute-map TO-AZURE permit'],
    [['prepends'], 'prepend 65010 65010', 'prepend 65010'],
  ])('%j', (kinds, from, to) => {
    const text = iosXe.replaceAll(from, to)
    expect(text).not.toBe(iosXe)
    const isOff = kinds[0] === 'family' ? text.replace('neighbor 172.16.9.2 activate', '') : text
    // if the neighbor is missing, its link still shows that the path is on this router
    expect(kindsIn([ipv4], isOff)).toEqual(kinds)
  })

  it('a key that Azure has and the router has not', () =>
    expect(kindsIn([{ ...ipv4, md5: 'set' }], iosXe)).toEqual(['md5']))

  it('a path that the text says nothing of may be on another router', () => {
    const secondary: WantedSession = { ...ipv4, path: 'secondary', local: '172.16.9.5', neighbor: '172.16.9.6' }
    expect(found([ipv4, secondary], iosXe)).toMatchObject({ differences: [], elsewhere: [{ path: 'secondary' }] })
  })

  it.each(['', 'hostname edge1', '{"not": "a configuration"}', 'router bgp', 'neighbor\ninterface\nset interfaces'])(
    'nothing is concluded from %j',
    (text) => expect(found([ipv4], text)).toMatchObject({ differences: [], compared: [], elsewhere: [ipv4] }),
  )
})

describe('of a configuration in braces', () => {
  const nested = (depth: number) => `protocols { ${'a { '.repeat(depth - 1)} b; ${'}'.repeat(depth)}`
  it('20 levels are read, and 21 refused', () => {
    expect(parseRouterConfiguration(nested(20)).neighbors).toEqual([])
    expect(() => parseRouterConfiguration(nested(21))).toThrow(/deeper than 20 levels: paste/)
  })

  it('statements that nothing reads are not written out', () => {
    const firewall = `firewall { ${'w '.repeat(1_000)} { ${'b; '.repeat(1_000)} } }`
    expect(kindsIn([{ ...ipv4, outerVlan: 900 }], `${firewall}\n${junosBraces}`)).toEqual([])
    expect(() => parseRouterConfiguration(firewall.replace('firewall', '\nprotocols'))).toThrow(/200,000 words/)
  })
})

it('more differences than a circuit has prefixes are refused', () => {
  const list = Array.from({ length: 20_001 }, (_, n) => `ip prefix-list OURS permit 10.${n >> 8}.${n & 255}.0/24`)
  expect(() => found([ipv4], `${iosXe}\n${list.join('\n')}`)).toThrow(/more than 20,000 places: paste/)
})

const prefix = (family: 4 | 6) =>
  fc
    .record({
      bits: fc.bigInt({ min: 0n, max: family === 4 ? (1n << 32n) - 1n : (1n << 128n) - 1n }),
      length: fc.integer({ min: 8, max: family === 4 ? 32 : 64 }),
    })
    .map(({ bits, length }): string => {
      const width = BigInt((family === 4 ? 32 : 128) - length)
      return formatPrefix({ family, bits: (bits >> width) << width, length } satisfies IpPrefix)
    })

const someSession = fc
  .record({
    family: fc.constantFrom(4 as const, 6 as const),
    localAsn: fc.integer({ min: 1, max: 4_294_967_294 }),
    vlan: fc.option(fc.integer({ min: 1, max: 4094 })),
    outerVlan: fc.option(fc.integer({ min: 1, max: 4094 })),
    md5: fc.constantFrom('set' as const, null),
    prepends: fc.option(fc.integer({ min: 0, max: 9 })),
  })
  .chain((made) =>
    fc.option(fc.uniqueArray(prefix(made.family), { minLength: 1, maxLength: 4 })).map((announced): WantedSession => {
      const base = made.family === 4 ? ipv4 : ipv6
      return { ...base, ...made, announced, outerVlan: made.vlan === null ? null : made.outerVlan }
    }),
  )

it('whatever is wanted: what is written reads as it, for every software', () =>
  fc.assert(
    fc.property(fc.constantFrom(...supportedRouterSoftware), someSession, (software, session) => {
      // a Linux interface has a single VLAN tag in its name, and the links and policies of GoBGP are not read
      const wanted = software === 'frr' ? { ...session, outerVlan: null } : session
      const kinds = kindsIn([wanted], renderConfiguration(software, 'erc-x', '', [wanted]))
      const isUnfiltered = wanted.announced === null && !wanted.prepends
      expect(kinds.filter((kind) => !(kind === 'no_filter' && isUnfiltered))).toEqual([])
    }),
    { numRuns: 300 },
  ))

describe('prefixes that are prepended more often than others', () => {
  const peering = decodeResourceConfig(armTypes.circuit, {
    properties: {
      peerings: [
        {
          name: 'AzurePrivatePeering',
          properties: {
            peeringType: 'AzurePrivatePeering',
            state: 'Enabled',
            peerASN: 65010,
            vlanId: 210,
            primaryPeerAddressPrefix: '172.16.9.0/30',
            secondaryPeerAddressPrefix: '172.16.9.4/30',
          },
        },
      ],
    },
  })
  const sessionOf = (paths: Record<string, number[]>) => {
    const [own] = peering?.resource === 'circuit' ? peering.peerings : []
    if (!own) throw new Error('the circuit has no peering')
    const learned = Object.entries(paths).map(([prefix, asPath]) => ({ prefix, nextHop: '172.16.9.1', asPath }))
    const [session] = listWantedSessions(own, 'primary', { outerVlan: null, learned })
    if (!session) throw new Error('the path has no session')
    return session
  }
  const mixed = sessionOf({
    '10.40.0.0/16': [65010, 65010, 65010],
    '10.41.8.0/21': [65010],
    '10.42.0.0/16': [65010, 64900],
  })

  it('are listed by how often, and not where one of them is not known', () => {
    expect(mixed).toMatchObject({
      prepends: null,
      prepended: [
        { times: 0, prefixes: ['10.41.8.0/21', '10.42.0.0/16'] },
        { times: 2, prefixes: ['10.40.0.0/16'] },
      ],
    })
    expect(sessionOf({ '10.40.0.0/16': [65010, 65010], '10.41.8.0/21': [64900] })).not.toHaveProperty('prepended')
    expect(sessionOf({ '10.40.0.0/16': [65010, 65010], '10.41.8.0/21': [65010, 65010] })).toMatchObject({ prepends: 1 })
  })

  it('have a list and a statement of their own', () => {
    expect(renderConfiguration('iosXe', 'erc-x', '', [mixed])).toContain(`
ip prefix-list AZURE-PRIVATE-OUT-4-PREPEND-2 seq 5 permit 10.40.0.0/16
route-map AZURE-PRIVATE-OUT-4 permit 10
 match ip address prefix-list AZURE-PRIVATE-OUT-4-PREPEND-0
route-map AZURE-PRIVATE-OUT-4 permit 20
 match ip address prefix-list AZURE-PRIVATE-OUT-4-PREPEND-2
 set as-path prepend 65010 65010
`)
    expect(renderConfiguration('junos', 'erc-x', '', [mixed])).toContain(
      'term own-2 from route-filter 10.40.0.0/16 exact',
    )
    expect(renderConfiguration('iosXr', 'erc-x', '', [mixed])).toContain(`
  if destination in AZURE-PRIVATE-OUT-4-PREPEND-2 then
    prepend as-path 65010 2
    pass
`)
  })

  it.each(supportedRouterSoftware)('are read back from a configuration of %s', (software) => {
    expect(kindsIn([mixed], renderConfiguration(software, 'erc-x', '', [mixed]))).toEqual([])
  })

  it('differ from a configuration that prepends none of them', () => {
    const even = { ...sessionOf({ '10.40.0.0/16': [65010], '10.41.8.0/21': [65010] }), announced: mixed.announced }
    expect(found([mixed], renderConfiguration('iosXe', 'erc-x', '', [even])).differences).toMatchObject([
      { kind: 'prepends', wanted: '2', found: '0' },
    ])
  })

  it.each(supportedRouterSoftware)(
    'leave the outgoing policy of %s to the router while one of them is not known',
    (software) => {
      const unclear = sessionOf({ '10.40.0.0/16': [65010, 65010], '10.41.8.0/21': [64900] })
      const unread = { ...ipv4, announced: null, prepends: null, isPolicyLeftOut: true as const }
      for (const session of [unclear, unread]) {
        const text = renderConfiguration(software, 'erc-x', '', [session])
        expect(text).not.toMatch(/-OUT-| out$|export /m)
        expect(listUnknownSessionFields([session]).join()).toMatch(/how often.*no outgoing policy/)
      }
      expect(listUnknownSessionFields([mixed]).join()).toMatch(/VRF.*MD5 key/)
      expect(listUnknownSessionFields([mixed]).join()).not.toContain('how often')
    },
  )
})
