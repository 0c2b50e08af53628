import { describe, expect, it } from 'vitest'
import { rankMseeRoutes } from './index.ts'
import { type PreferenceRuleCase, createTestCandidate, expectOrder } from './testing.ts'

describe('an MSEE prefers', () => {
  const row = { transport: 'er', instance: null, peer: null, weight: 0, origin: null } as const
  it.each<PreferenceRuleCase>([
    {
      rule: 'the longest prefix',
      better: { prefix: '10.20.1.0/24' },
      worse: { prefix: '10.20.0.0/16', weight: 100 },
      by: 'longest_prefix',
      reasons: ['longest prefix /24 beats /16', 'after rank 1: prefix /16 is shorter than /24'],
    },
    {
      rule: 'weight to local preference; none printed is 0',
      better: { weight: 10 },
      worse: { weight: null, localPref: 200 },
      by: 'weight',
      reasons: ['weight 10 over 0', 'after rank 1: weight 0 under 10'],
    },
    {
      rule: 'local preference to path length; none printed is 100',
      better: { localPref: null, asPath: [65001, 65001] },
      worse: { localPref: 90, asPath: [65001] },
      by: 'local_preference',
      reasons: ['local preference 100 over 90', 'after rank 1: local preference 90 under 100'],
    },
    {
      rule: 'the shorter AS path to the better origin',
      better: { asPath: [65001], origin: '?' },
      worse: { asPath: [65001, 65001], origin: 'i' },
      by: 'as_path',
      reasons: ['shorter AS path: 1 hops against 2', 'after rank 1: longer AS path: 2 hops against 1'],
    },
    {
      rule: 'origin IGP to EGP',
      better: { origin: 'I' },
      worse: { origin: 'EGP' },
      by: 'origin',
      reasons: ['origin IGP before EGP', 'after rank 1: origin EGP after IGP'],
    },
    {
      rule: 'origin EGP to incomplete',
      better: { origin: 'e' },
      worse: { origin: 'Incomplete' },
      by: 'origin',
      reasons: ['origin EGP before incomplete', 'after rank 1: origin incomplete after EGP'],
    },
    {
      rule: 'eBGP to iBGP',
      better: { origin: 'EBgp' },
      worse: { origin: 'IBgp' },
      by: 'ebgp',
      reasons: ['eBGP before iBGP', 'after rank 1: iBGP after eBGP'],
    },
  ])('$rule', ({ better, worse, ...rest }) =>
    expectOrder(
      { ...rest, better: { ...row, peer: 'better', ...better }, worse: { ...row, peer: 'worse', ...worse } },
      rankMseeRoutes,
    ),
  )

  it.each(['i', '?', 'EBgp', 'IBgp'])('neither %s nor another where one origin is unknown', (origin) => {
    const ranked = rankMseeRoutes([
      createTestCandidate({ origin }),
      createTestCandidate({ origin: null, nextHop: '192.0.2.98' }),
    ])
    expect(ranked.map(({ rank, rule }) => [rank, rule])).toEqual([
      [1, 'equal'],
      [1, 'equal'],
    ])
  })

  it('its own row: equals on the two paths of a circuit are two routers', () => {
    const ranked = rankMseeRoutes([
      createTestCandidate({ path: 'primary' }),
      createTestCandidate({ path: 'secondary' }),
    ])
    expect(new Set(ranked.map((row) => row.reason))).toEqual(
      new Set(['equal to rank 1 in another table: each forwards by its own']),
    )
  })
})
