import { describe, expect, it } from 'vitest'
import type { CandidateRoute } from './candidate.ts'
import { rankCandidates } from './index.ts'
import { type PreferenceRuleCase, createTestCandidate, expectOrder } from './testing.ts'

const OWN_SPACE: [string, string] = [
  'system route: space of the virtual network or of a peered one before any BGP route, longer ones too',
  "after rank 1: learned by BGP, and Azure's system route for the virtual network's space comes first, whatever the prefix",
]

describe('a gateway prefers', () => {
  const prepended = [12076, 65001, 65001, 65001]
  it.each<PreferenceRuleCase>([
    {
      rule: 'the longest prefix, whatever else speaks against it',
      better: { prefix: '10.20.1.0/24', transport: 'vpn', asPath: prepended, weight: 0 },
      worse: { prefix: '10.20.0.0/16', connectionWeight: 100 },
      by: 'longest_prefix',
      reasons: ['longest prefix /24 beats /16', 'after rank 1: prefix /16 is shorter than /24'],
    },
    {
      rule: 'anything over the default route',
      better: { prefix: '10.0.0.0/8' },
      worse: { prefix: '0.0.0.0/0' },
      by: 'longest_prefix',
      reasons: ['longest prefix /8 beats /0', 'after rank 1: prefix /0 is shorter than /8'],
    },
    {
      rule: "the virtual network's own space to a learned route for it",
      better: { origin: 'Network', asPath: [], nextHop: null, weight: 32768, transport: 'unknown' },
      worse: { asPath: [] },
      by: 'own_space',
      reasons: OWN_SPACE,
    },
    {
      rule: 'the space of a network, or of a peered one, to a longer prefix that is learned inside it',
      better: { prefix: '10.0.0.0/8', origin: 'Network', asPath: [], nextHop: null, transport: 'unknown' },
      worse: { prefix: '10.20.1.0/24', connectionWeight: 100 },
      by: 'own_space',
      reasons: OWN_SPACE,
    },
    {
      rule: 'a learned route to the static one of a VPN connection, which ARM calls Network too',
      better: { prefix: '10.20.1.0/24' },
      worse: { origin: 'Network', asPath: [], nextHop: '10.0.4.14', transport: 'vpn' },
      by: 'longest_prefix',
      reasons: ['longest prefix /24 beats /16', 'after rank 1: prefix /16 is shorter than /24'],
    },
    {
      rule: 'ExpressRoute to VPN, before weight and path length',
      better: { asPath: prepended },
      worse: { transport: 'vpn', asPath: [65001], connectionWeight: 100 },
      by: 'transport',
      reasons: [
        'ExpressRoute before VPN for the same prefix',
        'after rank 1: VPN after ExpressRoute for the same prefix',
      ],
    },
    {
      rule: 'ExpressRoute to an appliance',
      better: {},
      worse: { transport: 'nva', asPath: [65002] },
      by: 'transport',
      reasons: [
        'ExpressRoute before appliance for the same prefix',
        'after rank 1: appliance after ExpressRoute for the same prefix',
      ],
    },
    {
      rule: 'the shorter path between VPN and an appliance',
      better: { transport: 'nva', asPath: [65002] },
      worse: { transport: 'vpn', asPath: [65001, 65001] },
      by: 'as_path',
      reasons: ['shorter AS path: 1 hops against 2', 'after rank 1: longer AS path: 2 hops against 1'],
    },
    {
      rule: 'a known transport to an unknown one',
      better: { transport: 'vpn', asPath: prepended },
      worse: { transport: 'unknown' },
      by: 'transport',
      reasons: [
        'VPN before unknown transport for the same prefix',
        'after rank 1: transport not known: placed behind VPN',
      ],
      inferred: true,
    },
    {
      rule: 'the heavier connection, before path length',
      better: { connectionWeight: 100, asPath: prepended },
      worse: { connectionWeight: 0 },
      by: 'connection_weight',
      reasons: ['connection weight 100 over 0', 'after rank 1: connection weight 0 under 100'],
    },
    {
      rule: 'a weighted connection to one whose weight is not known',
      better: { connectionWeight: 10 },
      worse: { connectionWeight: null },
      by: 'connection_weight',
      reasons: [
        'connection weight 10 over 0 (a weight not known counts as 0)',
        'after rank 1: connection weight 0 under 10 (a weight not known counts as 0)',
      ],
      inferred: true,
    },
    {
      rule: 'the shorter AS path, prepends counted',
      better: {},
      worse: { asPath: prepended },
      by: 'as_path',
      reasons: ['shorter AS path: 2 hops against 4', 'after rank 1: longer AS path: 4 hops against 2'],
    },
    {
      rule: 'the shorter counted path where a set was printed',
      better: { asPath: [12076, 65001, 65010, 65011], asPathText: '12076 65001 {65010,65011}' },
      worse: { asPath: prepended },
      by: 'as_path',
      reasons: ['shorter AS path: 3 hops against 4', 'after rank 1: longer AS path: 4 hops against 3'],
    },
    {
      rule: 'the heavier row, between routes that are otherwise equal',
      better: { weight: 32769 },
      worse: { weight: 32768, origin: 'IBgp' },
      by: 'row_weight',
      reasons: [
        'row weight 32769 over 32768 (inferred: Azure does not document it)',
        'after rank 1: row weight 32768 under 32769 (inferred: Azure does not document it)',
      ],
      inferred: true,
    },
    {
      rule: 'the shorter AS path to the heavier row',
      better: { weight: 0 },
      worse: { weight: 32769, asPath: prepended },
      by: 'as_path',
      reasons: ['shorter AS path: 2 hops against 4', 'after rank 1: longer AS path: 4 hops against 2'],
    },
  ])('$rule', (row) => expectOrder(row, rankCandidates))

  const short: Partial<CandidateRoute> = { peer: 'vpn', transport: 'vpn', asPath: [65001] }
  const long: Partial<CandidateRoute> = { peer: 'er', asPath: prepended, connectionWeight: 100 }
  it.each([
    { preference: 'expressRoute', first: 'er', by: 'transport' },
    { preference: 'vpn', first: 'vpn', by: 'transport' },
    { preference: 'asPath', first: 'vpn', by: 'as_path' },
  ] as const)('by a routing preference of $preference: $first, by $by', ({ preference, first, by }) => {
    const [best] = rankCandidates([createTestCandidate(long), createTestCandidate(short)], { preference })
    expect([best?.peer, best?.rule]).toEqual([first, by])
  })

  it('ExpressRoute again where the AS paths are preferred and equal', () => {
    const rows = [createTestCandidate({ ...short, asPath: prepended }), createTestCandidate(long)]
    expect(rankCandidates(rows, { preference: 'asPath' }).map((row) => row.peer)).toEqual(['er', 'vpn'])
  })
})

describe('ranks', () => {
  it('no candidate, no rank', () => expect(rankCandidates([])).toEqual([]))

  it('a lone route says so', () => {
    expect(rankCandidates([createTestCandidate()])).toMatchObject([
      { rank: 1, rule: 'only', reason: 'the only route to this address', inferred: false },
    ])
  })

  it('equals share rank 1', () => {
    const ranked = rankCandidates([
      createTestCandidate({ peer: '10.0.4.5' }),
      createTestCandidate({ peer: '10.0.4.4' }),
    ])
    expect(ranked.map(({ peer, rank, rule, reason }) => [peer, rank, rule, reason])).toEqual([
      ['10.0.4.4', 1, 'equal', 'ECMP with the other rank-1 routes'],
      ['10.0.4.5', 1, 'equal', 'ECMP with the other rank-1 routes'],
    ])
  })

  it('equals further down would share', () => {
    const ranked = rankCandidates([
      createTestCandidate(),
      createTestCandidate({ peer: 'b', asPath: [12076, 65001, 65001] }),
      createTestCandidate({ peer: 'c', asPath: [12076, 65001, 65001] }),
    ])
    expect(ranked.map(({ rank, reason }) => [rank, reason])).toEqual([
      [1, 'shorter AS path: 2 hops against 3'],
      [2, 'after rank 1: longer AS path: 3 hops against 2; ECMP with the other rank-2 routes'],
      [2, 'after rank 1: longer AS path: 3 hops against 2; ECMP with the other rank-2 routes'],
    ])
  })

  it('equals of two gateways share nothing', () => {
    const ranked = rankCandidates([createTestCandidate({ scope: 'gw-a' }), createTestCandidate({ scope: 'gw-b' })])
    expect(ranked.map(({ rank, reason }) => [rank, reason])).toEqual([
      [1, 'equal to rank 1 in another table: each forwards by its own'],
      [1, 'equal to rank 1 in another table: each forwards by its own'],
    ])
  })

  it('one row without weight keeps the row weights out of it', () => {
    const ranked = rankCandidates([
      createTestCandidate({ weight: 1 }),
      createTestCandidate({ weight: 2 }),
      createTestCandidate({ weight: null }),
    ])
    expect(ranked.map(({ rank }) => rank)).toEqual([1, 1, 1])
  })

  it('keeps whatever else a candidate carries', () => {
    expect(rankCandidates([{ ...createTestCandidate(), since: 42 }])[0]?.since).toBe(42)
  })

  it.each([
    ['10.20.0.0/16', '10.21.0.0/16'],
    ['10.0.0.0/8', '2001:db8::/32'],
    ['0.0.0.0/0', '::/0'],
  ])('routes to %s and %s have no order', (a, b) =>
    expect(() => rankCandidates([createTestCandidate({ prefix: a }), createTestCandidate({ prefix: b })])).toThrow(
      RangeError,
    ),
  )

  it('refuses a text that is no prefix', () =>
    expect(() => rankCandidates([createTestCandidate({ prefix: 'ten' })])).toThrow(/ten/))
})
