import { describe, expect, it } from 'vitest'
import {
  judgeArpLayer,
  judgeArpState,
  judgeBgpLayer,
  findCustomerMac,
  isArpOutdated,
  judgeProvisioningLayer,
  judgeTrafficLayer,
} from './path-layers.ts'
import { judgePath, canBytesPredateLoss } from './path.ts'
import type { PathVerdictInput, PathState } from './path-facts.ts'

const usual: PathVerdictInput = {
  configured: true,
  provisioned: 'up',
  isBeingDeleted: false,
  l2: 'up',
  arp: 'complete',
  bgp: 'up',
  downReason: null,
  traffic: 'moving',
  passedBefore: false,
  expectation: 'none',
  metrics: null,
}

const cases: { name: string; facts: Partial<PathVerdictInput>; state: PathState; reason: RegExp }[] = [
  {
    name: 'being deleted, whatever the layers say',
    facts: { provisioned: 'disabled', isBeingDeleted: true, bgp: 'down', l2: 'down' },
    state: 'disabled',
    reason: /^The peering is being deleted\.$/,
  },
  { name: 'not provisioned', facts: { provisioned: 'disabled' }, state: 'disabled', reason: /not enabled/ },
  {
    name: 'not provisioned, whatever the layers say',
    facts: { provisioned: 'disabled', bgp: 'down', l2: 'down' },
    state: 'disabled',
    reason: /not enabled/,
  },
  {
    name: 'L2 and L3 down',
    facts: { l2: 'down', arp: 'incomplete', bgp: 'down' },
    state: 'down',
    reason: /^Layer 2: ARP is incomplete/,
  },
  {
    name: 'no On-Prem row, L3 down',
    facts: { l2: 'down', arp: 'missing', bgp: 'down' },
    state: 'down',
    reason: /no on-premises entry/,
  },
  { name: 'L2 up, L3 down', facts: { bgp: 'down' }, state: 'down', reason: /^Layer 3: ARP is complete/ },
  {
    name: 'L3 down by the prefix limit',
    facts: { bgp: 'down', downReason: 'prefixLimit' },
    state: 'down',
    reason: /prefix limit/,
  },
  {
    name: 'L2 unknown, L3 down',
    facts: { l2: 'unknown', arp: 'unknown', bgp: 'down' },
    state: 'down',
    reason: /ARP is not known/,
  },
  { name: 'L2 down, L3 up, moving', facts: { l2: 'down', arp: 'incomplete' }, state: 'up', reason: /suspect/ },
  {
    name: 'L2 down, L3 up, flat',
    facts: { l2: 'down', arp: 'incomplete', traffic: 'quiet' },
    state: 'degraded',
    reason: /^Green but dead/,
  },
  {
    name: 'L2 down, L3 up, traffic unknown',
    facts: { l2: 'down', arp: 'incomplete', traffic: 'unknown' },
    state: 'degraded',
    reason: /traffic is not known/,
  },
  {
    name: 'all up, flat, traffic expected',
    facts: { traffic: 'quiet', expectation: 'high' },
    state: 'degraded',
    reason: /^Green but dead/,
  },
  {
    name: 'all up, flat, little expected',
    facts: { traffic: 'quiet', expectation: 'low' },
    state: 'up',
    reason: /quiet/,
  },
  { name: 'all up, flat, nothing known to expect', facts: { traffic: 'quiet' }, state: 'up', reason: /quiet/ },
  { name: 'all up, moving', facts: {}, state: 'up', reason: /traffic moves/ },
  { name: 'all up, traffic unknown', facts: { traffic: 'unknown' }, state: 'up', reason: /ARP is complete/ },
  { name: 'all up, moving as expected', facts: { expectation: 'high' }, state: 'up', reason: /traffic moves/ },
  { name: 'L2 unknown, L3 up', facts: { l2: 'unknown', arp: 'unknown' }, state: 'up', reason: /ARP is not known\.$/ },
  {
    name: 'L2 unknown, L3 up, flat although expected',
    facts: { l2: 'unknown', arp: 'unknown', traffic: 'quiet', expectation: 'high' },
    state: 'up',
    reason: /ARP is not known, no traffic\.$/,
  },
  { name: 'L3 unknown, moving', facts: { bgp: 'unknown' }, state: 'up', reason: /session is not known/ },
  {
    name: 'L3 unknown, moving, L2 down',
    facts: { bgp: 'unknown', l2: 'down', arp: 'incomplete' },
    state: 'up',
    reason: /not known/,
  },
  {
    name: 'L3 unknown, L2 down, what moves may have passed before',
    facts: { bgp: 'unknown', l2: 'down', arp: 'incomplete', passedBefore: true },
    state: 'unknown',
    reason: /may have passed before/,
  },
  {
    name: 'L3 unknown, L2 up, what moves may have passed before the session fell',
    facts: { bgp: 'unknown', passedBefore: true },
    state: 'unknown',
    reason: /^The BGP session is not known\.$/,
  },
  {
    name: 'L3 unknown, L2 down, flat since before it fell',
    facts: { bgp: 'unknown', l2: 'down', arp: 'incomplete', traffic: 'quiet', passedBefore: true },
    state: 'down',
    reason: /^Layer 2/,
  },
  {
    name: 'L3 unknown, L2 down, intent unknown',
    facts: { bgp: 'unknown', l2: 'down', arp: 'incomplete', traffic: 'unknown', provisioned: 'unknown' },
    state: 'unknown',
    reason: /not known/,
  },
  {
    name: 'L3 up, L2 down, passed before',
    facts: { l2: 'down', arp: 'incomplete', passedBefore: true },
    state: 'up',
    reason: /suspect/,
  },
  { name: 'L3 unknown, flat', facts: { bgp: 'unknown', traffic: 'quiet' }, state: 'unknown', reason: /not known/ },
  {
    name: 'L3 unknown, L2 freshly down',
    facts: { bgp: 'unknown', l2: 'down', arp: 'incomplete', traffic: 'unknown' },
    state: 'down',
    reason: /^Layer 2/,
  },
  {
    name: 'nothing known',
    facts: { bgp: 'unknown', l2: 'unknown', arp: 'unknown', traffic: 'unknown' },
    state: 'unknown',
    reason: /not known/,
  },
  {
    name: 'L3 down, intent unknown',
    facts: { provisioned: 'unknown', bgp: 'down' },
    state: 'unknown',
    reason: /meant to work/,
  },
  {
    name: 'never established',
    facts: { bgp: 'never_established' },
    state: 'not_configured',
    reason: /never been established/,
  },
  { name: 'administratively down', facts: { bgp: 'disabled' }, state: 'disabled', reason: /administratively/ },
  {
    name: 'no subnet on this path',
    facts: { configured: false, bgp: 'unknown' },
    state: 'not_configured',
    reason: /No peering/,
  },
]

describe('path state', () => {
  it.each(cases)('$name: $state', ({ facts, state, reason }) => {
    const judged = judgePath({ ...usual, ...facts })
    expect(judged.state).toBe(state)
    expect(judged.reason).toMatch(reason)
    // the owner of a fault depends on other peerings and gateways, which are not an input of a path's state
    expect(judged.reason).not.toMatch(/provider(?! side)|cross-connect|customer port|MD5/)
  })
})

describe('a path judged by metrics', () => {
  it.each([
    {
      name: 'both refused, all well',
      facts: { metrics: { bgp: 100, arp: 100 }, traffic: 'unknown' },
      state: 'up',
      reason:
        'BgpAvailability 100 %, ArpAvailability 100 %, by metrics: Azure refused the BGP status and the ARP table (403).',
    },
    {
      name: 'only the status refused',
      facts: { metrics: { bgp: 99.74, arp: null } },
      state: 'up',
      reason: 'ARP is complete; traffic moves; BgpAvailability 99.7 %, by metrics: Azure refused the BGP status (403).',
    },
    {
      name: 'only the ARP table refused',
      facts: { metrics: { bgp: null, arp: 100 }, traffic: 'quiet' },
      state: 'up',
      reason: 'BGP is established; no traffic; ArpAvailability 100 %, by metrics: Azure refused the ARP table (403).',
    },
    {
      name: 'lost at layer 2',
      facts: { metrics: { bgp: 0, arp: 0 }, bgp: 'down', l2: 'down', arp: 'incomplete', traffic: 'unknown' },
      state: 'down',
      reason:
        'Layer 2: BgpAvailability 0 %, ArpAvailability 0 %, by metrics: Azure refused the BGP status and the ARP table (403).',
    },
    {
      name: 'zero while bytes move that were counted after it',
      facts: { metrics: { bgp: 0, arp: 0 }, bgp: 'down', l2: 'down', arp: 'incomplete' },
      state: 'up',
      reason:
        'Traffic moves; BgpAvailability 0 %, ArpAvailability 0 %, by metrics: Azure refused the BGP status and the ARP table (403).',
    },
    {
      name: 'zero while bytes move that may have passed before',
      facts: { metrics: { bgp: 0, arp: 0 }, bgp: 'down', l2: 'down', arp: 'incomplete', passedBefore: true },
      state: 'down',
      reason:
        'Layer 2: traffic moves; BgpAvailability 0 %, ArpAvailability 0 %, by metrics: Azure refused the BGP status and the ARP table (403).',
    },
    {
      name: 'lost at layer 3',
      facts: { metrics: { bgp: 0, arp: null }, bgp: 'down', traffic: 'unknown' },
      state: 'down',
      reason: 'Layer 3: ARP is complete; BgpAvailability 0 %, by metrics: Azure refused the BGP status (403).',
    },
    {
      name: 'only ARP reported, and incomplete',
      facts: { metrics: { bgp: null, arp: 0 }, bgp: 'unknown', l2: 'down', arp: 'incomplete', traffic: 'unknown' },
      state: 'down',
      reason:
        'Layer 2: the BGP session is not known; ArpAvailability 0 %, by metrics: Azure refused the ARP table (403).',
    },
    {
      name: 'administratively down, whatever ARP is',
      facts: { metrics: { bgp: null, arp: 100 }, bgp: 'disabled' },
      state: 'disabled',
      reason: 'The session is administratively down at the Microsoft edge.',
    },
    {
      name: 'not provisioned',
      facts: { metrics: { bgp: 0, arp: 0 }, provisioned: 'disabled' },
      state: 'disabled',
      reason: 'The circuit, its provider side or the peering is not enabled.',
    },
    {
      name: 'never established, whatever ARP is',
      facts: { metrics: { bgp: null, arp: 100 }, bgp: 'never_established' },
      state: 'not_configured',
      reason: 'BGP with the customer router has never been established since it was first seen.',
    },
    {
      name: 'down, and nobody knows whether it is meant to work',
      facts: { metrics: { bgp: 0, arp: null }, bgp: 'down', passedBefore: true, provisioned: 'unknown' },
      state: 'unknown',
      reason:
        'ARP is complete; traffic moves; BgpAvailability 0 %, by metrics: Azure refused the BGP status (403); whether the path is meant to work is not known.',
    },
    {
      name: 'up, whether it is meant to or not',
      facts: { metrics: { bgp: 100, arp: null }, arp: 'unknown', l2: 'unknown', provisioned: 'unknown' },
      state: 'up',
      reason: 'ARP is not known; traffic moves; BgpAvailability 100 %, by metrics: Azure refused the BGP status (403).',
    },
    {
      name: 'the session not known',
      facts: { metrics: { bgp: null, arp: 100 }, bgp: 'unknown', traffic: 'quiet' },
      state: 'unknown',
      reason:
        'The BGP session is not known; no traffic; ArpAvailability 100 %, by metrics: Azure refused the ARP table (403).',
    },
    {
      name: 'green but dead',
      facts: { metrics: { bgp: 100, arp: 0 }, l2: 'down', arp: 'incomplete', traffic: 'quiet' },
      state: 'degraded',
      reason:
        'Green but dead: no traffic; BgpAvailability 100 %, ArpAvailability 0 %, by metrics: Azure refused the BGP status and the ARP table (403).',
    },
    {
      name: 'degraded, its traffic not known',
      facts: { metrics: { bgp: 100, arp: 0 }, l2: 'down', arp: 'incomplete', traffic: 'unknown' },
      state: 'degraded',
      reason:
        'BgpAvailability 100 %, ArpAvailability 0 %, by metrics: Azure refused the BGP status and the ARP table (403).',
    },
  ] as const)('$name: $state', ({ facts, state, reason }) => {
    expect(judgePath({ ...usual, ...facts })).toEqual({ state, reason })
  })
})

it.each([
  [null, [5], false],
  [4, [], false],
  [4, [5], true],
  [5, [5], false],
  [4, [3, 5], true],
])('bytes counted from %j on may have passed before what was lost by %j: %j', (from, lost, may) =>
  expect(
    canBytesPredateLoss(
      from,
      lost.map((latest) => ({ earliest: 0, latest })),
    ),
  ).toBe(may),
)

describe('layer P', () => {
  it.each([
    { circuit: 'Enabled', provider: 'Provisioned', peering: 'Enabled', expected: 'up' },
    { circuit: 'enabled', provider: 'PROVISIONED', peering: 'enabled', expected: 'up' },
    { circuit: 'Enabled', provider: null, peering: 'Enabled', expected: 'up' },
    { circuit: 'Disabled', provider: 'Provisioned', peering: 'Enabled', expected: 'disabled' },
    { circuit: 'Enabled', provider: 'NotProvisioned', peering: 'Enabled', expected: 'disabled' },
    { circuit: 'Enabled', provider: 'Deprovisioning', peering: 'Enabled', expected: 'disabled' },
    { circuit: 'Enabled', provider: 'DeProvisioned', peering: 'Enabled', expected: 'disabled' },
    { circuit: 'Enabled', provider: 'Provisioned', peering: 'Disabled', expected: 'disabled' },
    { circuit: null, provider: 'Provisioned', peering: null, expected: 'up' },
    { circuit: null, provider: null, peering: 'Enabled', expected: 'up' },
    { circuit: 'Enabled', provider: null, peering: null, expected: 'up' },
    { circuit: null, provider: null, peering: null, expected: 'unknown' },
  ])('$circuit, $provider, $peering: $expected', ({ expected, ...intent }) => {
    expect(judgeProvisioningLayer(intent)).toBe(expected)
  })
})

describe('layer L2', () => {
  const onPrem = { interface: 'On-Prem', macAddress: '0011.2233.4455' }
  const incomplete = { interface: 'On-Prem', macAddress: null }
  const microsoft = { interface: 'Microsoft', macAddress: 'aabb.ccdd.eeff' }

  it.each([
    { name: 'both rows', rows: [onPrem, microsoft], state: 'complete' },
    { name: 'the Microsoft row missing, as some hardware prints it', rows: [onPrem], state: 'complete' },
    { name: 'On-Prem incomplete', rows: [incomplete, microsoft], state: 'incomplete' },
    { name: 'one of two On-Prem rows incomplete', rows: [incomplete, onPrem], state: 'complete' },
    { name: 'On-Prem missing', rows: [microsoft], state: 'missing' },
    { name: 'an empty table', rows: [], state: 'missing' },
    { name: 'no usable poll', rows: null, state: 'unknown' },
  ])('$name: $state', ({ rows, state }) => {
    expect(judgeArpState(rows)).toBe(state)
  })

  it.each([
    { state: 'complete', empty: false, emptyPolls: 0, bgp: 'up', layer: 'up' },
    { state: 'incomplete', empty: false, emptyPolls: 0, bgp: 'up', layer: 'down' },
    { state: 'missing', empty: false, emptyPolls: 0, bgp: 'up', layer: 'down' },
    { state: 'missing', empty: true, emptyPolls: 1, bgp: 'down', layer: 'unknown' },
    { state: 'missing', empty: true, emptyPolls: 3, bgp: 'down', layer: 'down' },
    { state: 'missing', empty: true, emptyPolls: 3, bgp: 'up', layer: 'unknown' },
    { state: 'unknown', empty: false, emptyPolls: 0, bgp: 'down', layer: 'unknown' },
  ] as const)(
    '$state (empty $empty, $emptyPolls polls, BGP $bgp): $layer',
    ({ state, empty, emptyPolls, bgp, layer }) => {
      expect(judgeArpLayer(state, { empty, emptyPolls }, bgp)).toBe(layer)
    },
  )

  it.each([
    { name: 'was read before the session came up', state: 'missing', bgp: 'up', readAt: 1_000, is: true },
    { name: 'may have been read before', state: 'incomplete', bgp: 'up', readAt: 2_500, is: true },
    { name: 'was read afterwards', state: 'missing', bgp: 'up', readAt: 3_000, is: false },
    { name: 'was read while the session was down', state: 'missing', bgp: 'down', readAt: 1_000, is: false },
    { name: 'is complete', state: 'complete', bgp: 'up', readAt: 1_000, is: false },
    { name: 'was read at an unknown time', state: 'missing', bgp: 'up', readAt: null, is: false },
  ] as const)('an entry that $name is outdated: $is', ({ state, bgp, readAt, is }) => {
    expect(isArpOutdated(state, bgp, readAt, { earliest: 2_000, latest: 3_000 })).toBe(is)
  })
})

it.each([
  [
    'lower-case digits',
    [
      { interface: 'Microsoft', macAddress: 'aabb.ccdd.eeff' },
      { interface: 'On-Prem', macAddress: '00-1A.2233.44FF' },
    ],
    '001a223344ff',
  ],
  ['none where the customer’s row has none', [{ interface: 'On-Prem', macAddress: null }], null],
  ['none where it has no digit', [{ interface: 'On-Prem', macAddress: '-' }], null],
])('the customer’s MAC address: %s', (_, rows, mac) => expect(findCustomerMac(rows)).toBe(mac))

it.each(['up', 'down', 'disabled', 'never_established', 'unknown'] as const)(
  'a session that is %s is its layer',
  (verdict) => expect(judgeBgpLayer(verdict)).toBe(verdict),
)
it('a session that is not reported is not known', () => expect(judgeBgpLayer('not_reported')).toBe('unknown'))

describe('layer T', () => {
  it.each([
    { bitsIn: 8_001, bitsOut: 0, expected: 'moving' },
    { bitsIn: 0, bitsOut: 1e9, expected: 'moving' },
    { bitsIn: null, bitsOut: 1e6, expected: 'moving' },
    { bitsIn: 8_000, bitsOut: 2_000, expected: 'quiet' },
    { bitsIn: 0, bitsOut: 0, expected: 'quiet' },
    { bitsIn: null, bitsOut: 0, expected: 'unknown' },
    { bitsIn: null, bitsOut: null, expected: 'unknown' },
  ])('$bitsIn in, $bitsOut out: $expected', ({ expected, ...rates }) => {
    expect(judgeTrafficLayer(rates)).toBe(expected)
  })
})
