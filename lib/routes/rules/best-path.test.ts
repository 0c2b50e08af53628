import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CandidateRoute, doesPrefixContainAddress, parsePrefix, rankMseeRoutes } from '#lib/bgp/index.ts'
import { parseTestAddress, createTestCandidate } from '#lib/bgp/preference/testing.ts'
import { rankPathsToAddress, lookUpInRoutes, buildRoutingTableForLookups } from './best-path.ts'

/**
 * Returns the routes that the hub's gateway gets from one circuit, with a row for each of two instances and two MSEEs.
 */
function viaCircuit(circuit: string, msees: [string, string], fields: Partial<CandidateRoute>): CandidateRoute[] {
  return ['10.0.4.12', '10.0.4.13'].flatMap((instance) =>
    msees.map((msee, index) =>
      createTestCandidate({
        instance,
        circuit,
        path: index === 0 ? 'primary' : 'secondary',
        peer: msee,
        nextHop: msee,
        ...fields,
      }),
    ),
  )
}
const london = (fields: Partial<CandidateRoute> = {}) => viaCircuit('ckt-lon', ['10.0.4.4', '10.0.4.5'], fields)
/** Routes of the second site, which prepends its advertisements so that traffic enters through London. */
const amsterdam = (fields: Partial<CandidateRoute> = {}) =>
  viaCircuit('ckt-ams', ['10.0.4.6', '10.0.4.7'], { asPath: [12076, 65001, 65001, 65001], ...fields })
const vpn = (fields: Partial<CandidateRoute> = {}) =>
  ['10.0.4.12', '10.0.4.13'].map((instance) =>
    createTestCandidate({
      instance,
      transport: 'vpn',
      circuit: null,
      path: null,
      peer: '10.9.0.1',
      asPath: [65001],
      ...fields,
    }),
  )

const summary = (routes: CandidateRoute[], to = '10.20.1.9') => {
  const { match, candidates } = lookUpInRoutes(routes, parseTestAddress(to))
  const groups = Map.groupBy(candidates, ({ rank }) => rank)
  return {
    match,
    ranks: [...groups.values()].map((group) => [
      [...new Set(group.map((row) => row.circuit ?? row.transport))].join('+'),
      group.length,
      group[0]?.reason.split(';')[0],
    ]),
  }
}

describe('two circuits in two locations, active/active', () => {
  it('without a preference both carry the traffic, over four MSEEs and both instances', () => {
    expect(summary([...london(), ...amsterdam({ asPath: [12076, 65001] })])).toEqual({
      match: '10.20.0.0/16',
      ranks: [['ckt-ams+ckt-lon', 8, 'ECMP with the other rank-1 routes']],
    })
  })

  it('with the prepend, London first and Amsterdam in reserve', () => {
    expect(summary([...amsterdam(), ...london()])).toEqual({
      match: '10.20.0.0/16',
      ranks: [
        ['ckt-lon', 4, 'shorter AS path: 2 hops against 4'],
        ['ckt-ams', 4, 'after rank 1: longer AS path: 4 hops against 2'],
      ],
    })
  })

  it('a cut link in London leaves the other one, not Amsterdam', () => {
    const half = london().filter(({ path }) => path === 'secondary')
    expect(summary([...half, ...amsterdam()]).ranks.map(([circuit, rows]) => [circuit, rows])).toEqual([
      ['ckt-lon', 2],
      ['ckt-ams', 4],
    ])
  })

  it('with London withdrawn, Amsterdam carries it, prepended or not', () => {
    expect(summary(amsterdam()).ranks).toEqual([['ckt-ams', 4, 'ECMP with the other rank-1 routes']])
  })

  it('a connection weight on Amsterdam beats the prepend', () => {
    expect(summary([...london(), ...amsterdam({ connectionWeight: 100 })]).ranks).toEqual([
      ['ckt-ams', 4, 'connection weight 100 over 0'],
      ['ckt-lon', 4, 'after rank 1: connection weight 0 under 100'],
    ])
  })

  it('maintenance prepends with 12076 on one MSEE: its rows leave rank 1, the others stay', () => {
    const drained = london().map((row) => (row.path === 'primary' ? { ...row, asPath: [12076, 12076, 65001] } : row))
    expect(summary([...drained, ...amsterdam()]).ranks.map(([circuit, rows]) => [circuit, rows])).toEqual([
      ['ckt-lon', 2],
      ['ckt-lon', 2],
      ['ckt-ams', 4],
    ])
  })

  it('backup traffic takes its own path by a longer prefix over the second link', () => {
    const routes = [...london(), ...amsterdam(), ...amsterdam({ prefix: '10.20.50.0/24' })]
    expect(summary(routes, '10.20.50.7')).toEqual({
      match: '10.20.50.0/24',
      ranks: [
        ['ckt-ams', 4, 'longest prefix /24 beats /16'],
        ['ckt-lon', 4, 'after rank 1: prefix /16 is shorter than /24'],
        ['ckt-ams', 4, 'after rank 2: longer AS path: 4 hops against 2'],
      ],
    })
    expect(summary(routes, '10.20.51.7').ranks[0]?.[0]).toBe('ckt-lon')
  })

  it('a VPN is the path of last resort, however short its AS path', () => {
    expect(summary([...vpn(), ...amsterdam(), ...london()]).ranks.map(([path]) => path)).toEqual([
      'ckt-lon',
      'ckt-ams',
      'vpn',
    ])
  })

  it('but a longer prefix over the VPN takes the traffic', () => {
    expect(summary([...vpn({ prefix: '10.20.1.0/24' }), ...london()]).ranks[0]).toEqual([
      'vpn',
      2,
      'longest prefix /24 beats /16',
    ])
  })

  it('the row from the sibling instance stands behind the one from outside', () => {
    const [own] = london()
    const sibling = createTestCandidate({ origin: 'IBgp', weight: 32768, peer: '10.0.4.13', nextHop: '10.0.4.13' })
    const { candidates } = lookUpInRoutes([sibling, ...(own ? [own] : [])], parseTestAddress('10.20.0.1'))
    expect(candidates.map(({ origin, rank, rule, inferred }) => [origin, rank, rule, inferred])).toEqual([
      ['EBgp', 1, 'row_weight', true],
      ['IBgp', 2, 'row_weight', true],
    ])
  })
})

describe('look-up', () => {
  it('an address that nothing covers has no match', () => {
    expect(lookUpInRoutes(london(), parseTestAddress('172.16.0.1'))).toEqual({ match: null, candidates: [] })
  })

  it('an IPv4 default route is no route for IPv6', () => {
    const routes = [
      createTestCandidate({ prefix: '0.0.0.0/0' }),
      createTestCandidate({ prefix: '2001:db8::/32', peer: 'v6' }),
    ]
    expect(lookUpInRoutes(routes, parseTestAddress('2001:db8::1'))).toMatchObject({
      match: '2001:db8::/32',
      candidates: [{ peer: 'v6' }],
    })
    expect(lookUpInRoutes(routes, parseTestAddress('2001:db9::1')).match).toBeNull()
  })

  it("reads a path table by the MSEE's own order", () => {
    const toCe = createTestCandidate({
      scope: 'ckt-lon',
      weight: 0,
      localPref: null,
      asPath: [65001],
      nextHop: '192.0.2.97',
    })
    const preferred = { ...toCe, localPref: 200, asPath: [65001, 65001], nextHop: '192.0.2.101' }
    const best = lookUpInRoutes([toCe, preferred], parseTestAddress('10.20.0.1'), rankMseeRoutes).candidates[0]
    expect([best?.nextHop, best?.reason]).toEqual(['192.0.2.101', 'local preference 200 over 100'])
  })

  it('two spellings of one prefix are one prefix', () => {
    const routes = [
      createTestCandidate({ prefix: '10.20.0.0/16', peer: 'a' }),
      createTestCandidate({ prefix: '10.20.0.5/16', peer: 'b' }),
    ]
    expect(lookUpInRoutes(routes, parseTestAddress('10.20.0.1')).candidates.map(({ rank }) => rank)).toEqual([1, 1])
  })

  it('refuses a text that is no prefix', () =>
    expect(() => buildRoutingTableForLookups([createTestCandidate({ prefix: 'ten' })])).toThrow(/ten/))

  it('holds every route that covers the address, and no other', () => {
    const prefixes = ['0.0.0.0/0', '10.0.0.0/8', '10.20.0.0/16', '10.20.1.0/24', '10.21.0.0/16', '2001:db8::/32']
    const routes = fc.array(fc.tuple(fc.constantFrom(...prefixes), fc.constantFrom('a', 'b')), { maxLength: 12 })
    const asked = fc.constantFrom('10.20.1.1', '10.20.2.1', '10.21.0.1', '10.99.0.1', '192.0.2.1', '2001:db8::1')
    fc.assert(
      fc.property(routes, asked, (rows, text) => {
        const all = rows.map(([prefix, peer]) => createTestCandidate({ prefix, peer }))
        const covering = all.filter(({ prefix }) => {
          const read = parsePrefix(prefix)
          return read !== null && doesPrefixContainAddress(read, parseTestAddress(text))
        })
        const { match, candidates } = rankPathsToAddress(buildRoutingTableForLookups(all), parseTestAddress(text))
        const keys = (list: CandidateRoute[]) => list.map(({ prefix, peer }) => `${prefix} ${peer}`).sort()
        expect(keys(candidates)).toEqual(keys(covering))
        expect(match).toBe(candidates[0]?.prefix ?? null)
      }),
    )
  })
})
