import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  collectRouterMatchEvidence,
  matchRouterSessionsToPaths,
  addRouterNames,
  mergeObservedTimes,
  listPeeringLinks,
  type CircuitPeeringLink,
  type RouterSessionForMatching,
} from './router-match.ts'

const NO_VRF = '0'.repeat(16)
const link = (circuitId: string, more: Partial<CircuitPeeringLink> = {}): CircuitPeeringLink => ({
  circuitId,
  peering: 'private',
  path: 'primary',
  customer: '172.16.0.1',
  microsoft: '172.16.0.2',
  azureAsn: 12_076,
  peerAsn: 65_010,
  ...more,
})
const secondary = { path: 'secondary', customer: '172.16.0.5', microsoft: '172.16.0.6' } as const
const session = (id: number, more: Partial<RouterSessionForMatching> = {}): RouterSessionForMatching => ({
  id,
  routerAddress: '10.20.0.1',
  routerName: 'ce-1',
  distinguisher: NO_VRF,
  neighbor: '172.16.0.2',
  localAddress: '172.16.0.1',
  localAsn: 65_010,
  neighborAsn: 12_076,
  ...more,
})
const declared = (more: object = {}) => ({
  router: '10.20.0.1',
  name: 'ce-1',
  distinguisher: NO_VRF,
  neighbor: '172.16.0.2',
  circuit: 'lon',
  peering: 'private' as const,
  path: 'primary' as const,
  ...more,
})
const lon = { circuitId: 'lon', peering: 'private', path: 'primary' }

describe('a session of a router', () => {
  it.each([
    [
      'is the path whose addresses and ASNs it has',
      [link('lon'), link('lon', secondary)],
      {},
      { state: 'inferred', link: lon },
    ],
    [
      'is it by an ASN of Azure that ARM leaves out',
      [link('lon', { azureAsn: null })],
      {},
      { state: 'inferred', link: lon },
    ],
    [
      'is left open where two customers use the same addresses and ASNs',
      [link('lon'), link('ams')],
      {},
      { state: 'open', why: 'several_circuits', candidates: [lon, { ...lon, circuitId: 'ams' }] },
    ],
    [
      'is the one with its ASN where only addresses are the same',
      [link('lon'), link('ams', { peerAsn: 65_020 })],
      {},
      { state: 'inferred', link: lon },
    ],
    [
      'is left open while its own address is not known',
      [link('lon')],
      { localAddress: null, localAsn: null },
      { state: 'open', why: 'not_established', candidates: [lon] },
    ],
    [
      'is left open with another ASN',
      [link('lon')],
      { localAsn: 65_011 },
      { state: 'open', why: 'asn_differs', candidates: [lon] },
    ],
    [
      'is left open with another ASN of its neighbor',
      [link('lon')],
      { neighborAsn: 65_515 },
      { state: 'open', why: 'asn_differs', candidates: [lon] },
    ],
    [
      'is left open where ARM states no ASN of the customer',
      [link('lon', { peerAsn: null })],
      {},
      { state: 'open', why: 'asn_differs', candidates: [lon] },
    ],
    ['is no circuit’s with another router’s address', [link('lon')], { localAddress: '172.16.9.1' }, { state: 'none' }],
    ['is no circuit’s with another neighbor', [link('lon')], { neighbor: '192.0.2.9' }, { state: 'none' }],
    [
      'is found by IPv6 in any spelling',
      [link('lon', { customer: '2001:db8::1', microsoft: '2001:db8::2' })],
      { neighbor: '2001:0db8:0:0::0002', localAddress: '2001:DB8::1' },
      { state: 'inferred', link: lon },
    ],
  ] as const)('%s', (_, links, more, expected) => {
    expect(matchRouterSessionsToPaths([session(1, more)], links, []).get(1)).toEqual(expected)
  })

  it('is left open where two routers claim the path', () => {
    const rival = session(2, { routerAddress: '10.20.0.2', routerName: 'ce-2' })
    const open = { state: 'open', why: 'several_routers', candidates: [lon] }
    expect([...matchRouterSessionsToPaths([session(1), rival], [link('lon')], []).values()]).toEqual([open, open])
  })

  it('is what an operator declared, and leaves the path to no other', () => {
    const rival = session(2, { routerAddress: '10.20.0.2', routerName: 'ce-2' })
    const joins = matchRouterSessionsToPaths(
      [session(1), rival],
      [link('lon'), link('ams')],
      [declared({ circuit: 'ams' })],
    )
    expect(joins.get(1)).toEqual({ state: 'confirmed', link: { ...lon, circuitId: 'ams' } })
    expect(joins.get(2)).toMatchObject({ state: 'open', why: 'several_circuits' })
    expect(matchRouterSessionsToPaths([session(1), rival], [link('lon')], [declared()]).get(2)).toMatchObject({
      state: 'open',
      why: 'several_routers',
    })
  })

  it('leaves a path to others where what was declared is another path or peering of the circuit', () => {
    const rival = session(2, { routerAddress: '10.20.0.2', routerName: 'ce-2' })
    for (const more of [{ path: 'secondary' }, { peering: 'microsoft' }])
      expect(matchRouterSessionsToPaths([session(1), rival], [link('lon')], [declared(more)]).get(2)).toEqual({
        state: 'inferred',
        link: lon,
      })
  })

  it('is not what was declared of another name, VRF or neighbor', () => {
    for (const more of [{ name: 'ce-2' }, { distinguisher: `${'0'.repeat(15)}1` }, { neighbor: '172.16.0.6' }]) {
      expect(
        matchRouterSessionsToPaths([session(1)], [link('lon'), link('ams')], [declared(more)]).get(1),
      ).toMatchObject({
        state: 'open',
      })
    }
  })
})

it('never infers one path for two sessions, nor a path whose ends it does not have', () => {
  const address = fc.constantFrom('172.16.0.1', '172.16.0.2', '172.16.0.5', '172.16.0.6')
  const asn = fc.constantFrom(65_010, 65_020, 12_076)
  const sessions = fc.array(
    fc.record({ neighbor: address, localAddress: fc.option(address), localAsn: asn, neighborAsn: asn }),
    {
      maxLength: 6,
    },
  )
  const links = fc.array(
    fc.record({
      circuitId: fc.constantFrom('a', 'b', 'c'),
      customer: address,
      microsoft: address,
      peerAsn: fc.option(asn),
    }),
    { maxLength: 6 },
  )
  fc.assert(
    fc.property(sessions, links, (ends, subnets) => {
      const all = ends.map((end, id) => session(id, { ...end, routerName: `ce-${id}` }))
      const known = subnets.map((one, index) =>
        link(one.circuitId, { ...one, path: index % 2 ? 'primary' : 'secondary' }),
      )
      const inferred = [...matchRouterSessionsToPaths(all, known, [])].filter(([, join]) => join.state === 'inferred')
      for (const [id, join] of inferred) {
        const own = all[id]
        const alike = known.filter(
          (one) => one.microsoft === own?.neighbor && one.customer === own.localAddress && one.peerAsn === own.localAsn,
        )
        expect(alike.map(({ circuitId, peering, path }) => ({ circuitId, peering, path }))).toEqual([
          'link' in join ? join.link : null,
        ])
      }
    }),
  )
})

describe('what speaks for a session being a path', () => {
  const whole = { mseeAddress: true, customerAddress: true, asns: true, isOnly: true }
  it.each<[string, Partial<RouterSessionForMatching>, Partial<CircuitPeeringLink>, object]>([
    ['all of it', {}, {}, whole],
    ['an ASN of Azure that ARM leaves out is 12076', {}, { azureAsn: null }, whole],
    ['not its ASN', { localAsn: 65_020 }, {}, { ...whole, asns: false }],
    ['not its neighbor’s ASN', { neighborAsn: 65_515 }, {}, { ...whole, asns: false }],
    ['not an ASN of its neighbor that it has not said', { neighborAsn: null }, {}, { ...whole, asns: null }],
    ['not what ARM does not say', {}, { peerAsn: null }, { ...whole, asns: null }],
    [
      'nothing of what the router has not said',
      { localAddress: null, localAsn: null },
      {},
      { ...whole, customerAddress: null, asns: null },
    ],
    [
      'no address',
      { neighbor: '203.0.113.9', localAddress: '203.0.113.8' },
      {},
      { ...whole, mseeAddress: false, customerAddress: false },
    ],
  ])('%s', (_, of, to, evidence) => {
    const [own, path] = [session(1, of), link('lon', to)]
    expect(collectRouterMatchEvidence(own, path, { sessions: [own], links: [path] })).toEqual(evidence)
  })

  it('not that it is the only one, where another router or another circuit has the same', () => {
    const [own, path] = [session(1), link('lon')]
    const others = {
      sessions: [own, session(2, { localAsn: 65_020 })],
      links: [path, link('ams', { peerAsn: 65_020 })],
    }
    expect(collectRouterMatchEvidence(own, path, others)).toEqual(whole)
    const isOnly = (more: Partial<typeof others>) =>
      collectRouterMatchEvidence(own, path, { ...others, ...more }).isOnly
    expect(isOnly({ sessions: [own, session(2)] })).toBe(false)
    expect(isOnly({ links: [path, link('ams')] })).toBe(false)
  })

  it('all four exactly where it is inferred', () => {
    const links = [link('lon'), link('lon', secondary), link('ams', { peerAsn: 65_020 }), link('fra')]
    const some = fc.record({
      neighbor: fc.constantFrom('172.16.0.2', '172.16.0.6'),
      localAddress: fc.constantFrom('172.16.0.1', '172.16.0.5', null),
      localAsn: fc.constantFrom(65_010, 65_020),
    })
    fc.assert(
      fc.property(fc.array(some, { minLength: 1, maxLength: 4 }), fc.subarray(links), (all, known) => {
        const sessions = all.map((one, id) => session(id, one))
        for (const [id, join] of matchRouterSessionsToPaths(sessions, known, [])) {
          const own = sessions[id]
          if (!own) throw new Error('no session')
          const proved = known.filter((one) =>
            Object.values(collectRouterMatchEvidence(own, one, { sessions, links: known })).every(
              (agrees) => agrees === true,
            ),
          )
          expect(proved.length).toBe(join.state === 'inferred' ? 1 : 0)
        }
      }),
    )
  })
})

it('sessions have the name of their router; a router’s own tables and unknown routers are none', () => {
  const routers = [{ id: 7, address: '10.20.0.1', name: 'ce-1' }]
  const named = { routerId: 7, neighbor: '172.16.0.2' }
  expect(
    addRouterNames([named, { routerId: 7, neighbor: null }, { routerId: 8, neighbor: '172.16.0.2' }], routers),
  ).toEqual([{ ...named, routerAddress: '10.20.0.1', routerName: 'ce-1' }])
})

it('connections that overlap or follow at once are one time', () => {
  const times = [
    { from: 0, to: 10 },
    { from: 2, to: 5 },
    { from: 10, to: 12 },
    { from: 13, to: 14 },
  ]
  expect(mergeObservedTimes(times)).toEqual([
    { from: 0, to: 12 },
    { from: 13, to: 14 },
  ])
})

it('links are of each path and family of the peerings that have a kind', () => {
  const peering = {
    azureAsn: 12_076,
    peerAsn: 65_010,
    state: 'Enabled',
    ipv6State: 'Enabled',
    subnets: {
      primary: { ipv4: '172.16.0.0/30', ipv6: '2001:db8::/126' },
      secondary: { ipv4: '172.16.0.4/30', ipv6: null },
    },
  }
  const peerings = ['AzurePrivatePeering', 'other'].map((type) => ({ ...peering, type }))
  expect(listPeeringLinks('lon', { peerings: peerings as never })).toEqual([
    link('lon'),
    link('lon', { customer: '2001:db8::1', microsoft: '2001:db8::2' }),
    link('lon', secondary),
  ])
})
