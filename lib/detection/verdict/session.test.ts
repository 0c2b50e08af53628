import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sessionStates } from '#lib/bgp/index.ts'
import { judgeGatewaySessionRole, createInsideSessionTest } from './role.ts'
import { type SessionStateAndVerdict, judgeSession, type SessionVerdictInput } from './session.ts'

const connected = { state: 'established', azureState: 'Connected' } as const
const connecting = { state: 'connect', azureState: 'Connecting' } as const
const idle = { state: 'idle', azureState: 'Idle' } as const
const stopped = { state: 'stopped', azureState: 'Stopped' } as const
const unknown = { state: 'unknown', azureState: 'Unknown' } as const

const usual: SessionVerdictInput = {
  last: connected,
  presence: 'present',
  missingPolls: 0,
  everEstablished: true,
  fellBefore: false,
  intendedDown: false,
  freshness: 'fresh',
}

const cases: { name: string; facts: Partial<SessionVerdictInput>; expected: Partial<SessionStateAndVerdict> }[] = [
  { name: 'connected is up', facts: {}, expected: { ...connected, verdict: 'up', known: 'observed' } },
  {
    name: 'late keeps the state',
    facts: { freshness: 'late' },
    expected: { ...connected, verdict: 'up', known: 'observed' },
  },
  {
    name: 'stale is unknown, with the last word of Azure',
    facts: { freshness: 'stale' },
    expected: { state: 'unknown', azureState: 'Connected', verdict: 'unknown', known: 'stale' },
  },
  {
    name: 'stale keeps a down, which nobody confirms',
    facts: { last: idle, freshness: 'stale' },
    expected: { ...idle, verdict: 'down', known: 'stale' },
  },
  {
    name: 'stale keeps one that was gone from two answers',
    facts: { presence: 'missing', missingPolls: 2, freshness: 'stale' },
    expected: { azureState: 'Connected', verdict: 'down', known: 'stale' },
  },
  {
    name: 'stale keeps no down of one whose instance was silent at last',
    facts: { last: idle, presence: 'silent', freshness: 'stale' },
    expected: { verdict: 'unknown', known: 'stale' },
  },
  {
    name: 'a missing row of one answer is no down to keep',
    facts: { presence: 'missing', missingPolls: 1, freshness: 'stale' },
    expected: { verdict: 'unknown', known: 'stale' },
  },
  {
    name: 'never seen is unknown',
    facts: { last: null, everEstablished: false },
    expected: { state: 'unknown', azureState: null, verdict: 'unknown', known: 'unknown' },
  },
  {
    name: 'idle after established is down',
    facts: { last: idle },
    expected: { ...idle, verdict: 'down', known: 'observed' },
  },
  {
    name: 'connecting after established is down',
    facts: { last: connecting },
    expected: { ...connecting, verdict: 'down' },
  },
  {
    name: 'connecting that never connected is normal',
    facts: { last: connecting, everEstablished: false },
    expected: { ...connecting, verdict: 'never_established' },
  },
  {
    name: 'stopped that never connected is disabled',
    facts: { last: stopped, everEstablished: false },
    expected: { ...stopped, verdict: 'disabled' },
  },
  { name: 'stopped after established, unintended, is down', facts: { last: stopped }, expected: { verdict: 'down' } },
  {
    name: 'stopped after established, with its peering disabled, is disabled',
    facts: { last: stopped, intendedDown: true },
    expected: { ...stopped, verdict: 'disabled' },
  },
  {
    name: 'idle with its peering disabled is disabled',
    facts: { last: idle, intendedDown: true },
    expected: { verdict: 'disabled' },
  },
  {
    name: 'the word Unknown is unknown, yet observed',
    facts: { last: unknown },
    expected: { ...unknown, verdict: 'unknown', known: 'observed' },
  },
  {
    name: 'a row missing once keeps its verdict',
    facts: { presence: 'missing', missingPolls: 1 },
    expected: { ...connected, verdict: 'up', known: 'indeterminate' },
  },
  {
    name: 'a row missing twice is down',
    facts: { presence: 'missing', missingPolls: 2 },
    expected: { state: 'unknown', azureState: 'Connected', verdict: 'down', known: 'observed' },
  },
  {
    name: 'a row that never connected and is gone stays never established',
    facts: { presence: 'missing', missingPolls: 5, last: connecting, everEstablished: false },
    expected: { verdict: 'never_established' },
  },
  {
    name: 'a row gone with its peering disabled is disabled',
    facts: { presence: 'missing', missingPolls: 5, intendedDown: true },
    expected: { verdict: 'disabled' },
  },
  {
    name: 'a silent instance reports nothing, down included',
    facts: { presence: 'silent', last: idle },
    expected: { state: 'unknown', azureState: 'Idle', verdict: 'not_reported', known: 'stale' },
  },
]

describe('session verdict', () => {
  it.each([
    ['its age says that it fell before', { fellBefore: true }, 'down'],
    ['the same, held down by an administrator', { fellBefore: true, last: stopped }, 'disabled'],
    ['the same, not meant to work', { fellBefore: true, intendedDown: true }, 'disabled'],
    ['it says that it has never been up', {}, 'never_established'],
  ] as const)('of a session that nobody saw up: %s', (_, facts, verdict) =>
    expect(judgeSession({ ...usual, everEstablished: false, last: idle, ...facts }).verdict).toBe(verdict),
  )

  it.each(cases)('$name', ({ facts, expected }) => {
    expect(judgeSession({ ...usual, ...facts })).toMatchObject(expected)
  })

  const anyFacts: fc.Arbitrary<SessionVerdictInput> = fc.record({
    last: fc.option(fc.record({ state: fc.constantFrom(...sessionStates), azureState: fc.string() })),
    presence: fc.constantFrom('present', 'missing', 'silent'),
    missingPolls: fc.nat(5),
    everEstablished: fc.boolean(),
    fellBefore: fc.boolean(),
    intendedDown: fc.boolean(),
    freshness: fc.constantFrom('fresh', 'late', 'stale', 'never'),
  })

  it('calls down what a sample read as down, and says whether that sample is fresh', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { verdict, known } = judgeSession(facts)
        if (verdict !== 'down') return true
        const isFresh = facts.freshness === 'fresh' || facts.freshness === 'late'
        const isRead = facts.last !== null && facts.presence !== 'silent' && !facts.intendedDown
        const wasUp = facts.everEstablished || facts.fellBefore
        return (
          isRead &&
          wasUp &&
          (known === 'stale') === !isFresh &&
          judgeSession({ ...facts, freshness: 'fresh' }).verdict === 'down'
        )
      }),
    )
  })

  it('is up only where the state says established', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const judged = judgeSession(facts)
        return (judged.verdict === 'up') === (judged.state === 'established')
      }),
    )
  })
})

describe('what is inside of a gateway, by its rows alone', () => {
  const row = (localAddress: string, neighbor: string, asn: number | null) => ({ localAddress, neighbor, asn })
  const [a, b] = ['10.9.0.4', '10.9.0.5']
  const rows = [row(a, '192.0.2.1', 65001), row(a, b, 65000), row(b, '192.0.2.1', 65001)]
  it.each([
    ['the other instance', row(a, b, 65000), rows, [], true],
    ['the instance itself', row(a, a, 65000), rows, [], true],
    ['an instance that is silent', row(a, '10.9.0.6', 65000), [row(a, '192.0.2.1', 65001)], ['10.9.0.6'], true],
    ['another gateway with Azure’s default ASN', row(a, '10.8.0.4', 65515), rows, [], false],
    ['the same where no row states the own ASN', row(a, '10.8.0.4', 65515), [row(a, '192.0.2.1', 65001)], [], true],
    ['a device', row(a, '192.0.2.1', 65001), rows, [], false],
    [
      'a peer of a Route Server, whose rows name no instance',
      row('', '10.0.17.4', 65040),
      [row('', '10.0.17.4', 65040)],
      [],
      false,
    ],
  ])('%s', (_, session, known, silent, inside) => expect(createInsideSessionTest(known, silent)(session)).toBe(inside))
})

describe('who is at the far end of a session', () => {
  const [vpn, expressRoute] = [{ kind: 'vpn' }, { kind: 'expressRoute' }] as const
  const other = { ...vpn, asn: 65000, addresses: ['10.9.0.4', '10.9.0.5'], beside: ['10.9.1.4'] }
  it.each([
    { name: 'an edge router', gateway: expressRoute, neighbor: '10.0.4.4', asn: 12076, role: 'msee' },
    {
      name: 'the other instance, by its address',
      gateway: other,
      neighbor: '10.9.0.5',
      asn: 65000,
      role: 'gateway-peer',
    },
    { name: 'an instance itself', gateway: vpn, neighbor: '10.9.0.4', asn: 65000, role: 'gateway-peer' },
    {
      name: 'another VPN gateway with Azure’s default',
      gateway: other,
      neighbor: '10.8.0.4',
      asn: 65515,
      role: 'onprem',
    },
    { name: 'a Route Server in its network', gateway: other, neighbor: '10.9.1.4', asn: 65515, role: 'other' },
    { name: 'an unknown address in the own AS', gateway: vpn, neighbor: '10.9.0.9', asn: 65515, role: 'gateway-peer' },
    { name: 'the same', gateway: expressRoute, neighbor: '10.0.4.14', asn: 65515, role: 'gateway-peer' },
    { name: 'a device', gateway: vpn, neighbor: '192.0.2.1', asn: 65001, role: 'onprem' },
    { name: 'who states no AS', gateway: vpn, neighbor: '192.0.2.1', asn: null, role: 'other' },
    { name: 'an appliance', gateway: expressRoute, neighbor: '10.0.4.9', asn: 65001, role: 'other' },
  ] as const)('$name is $role', ({ gateway, neighbor, asn, role }) => {
    expect(judgeGatewaySessionRole(gateway, { localAddress: '10.9.0.4', neighbor, asn })).toBe(role)
  })
})
