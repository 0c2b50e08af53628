import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sessionStates } from '#lib/bgp/index.ts'
import { gatewaySessionRole } from './role.ts'
import { type JudgedSession, judgeSession, type SessionFacts } from './session.ts'

const connected = { state: 'established', azureState: 'Connected' } as const
const connecting = { state: 'connect', azureState: 'Connecting' } as const
const idle = { state: 'idle', azureState: 'Idle' } as const
const stopped = { state: 'stopped', azureState: 'Stopped' } as const
const unknown = { state: 'unknown', azureState: 'Unknown' } as const

const usual: SessionFacts = {
  last: connected,
  presence: 'present',
  missingPolls: 0,
  everEstablished: true,
  fellBefore: false,
  intendedDown: false,
  freshness: 'fresh',
  covered: true,
  insideChange: false,
}

const cases: { name: string; facts: Partial<SessionFacts>; expected: Partial<JudgedSession> }[] = [
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
    name: 'stale does not keep a down',
    facts: { last: idle, freshness: 'stale' },
    expected: { state: 'unknown', azureState: 'Idle', verdict: 'unknown', known: 'stale' },
  },
  {
    name: 'uncovered time has no word at all',
    facts: { covered: false },
    expected: { state: 'unknown', azureState: null, verdict: 'unknown', known: 'unknown' },
  },
  {
    name: 'never seen is unknown',
    facts: { last: null, everEstablished: false },
    expected: { state: 'unknown', azureState: null, verdict: 'unknown', known: 'unknown' },
  },
  {
    name: 'inside the bounds of a change stands the state before',
    facts: { last: connected, insideChange: true },
    expected: { ...connected, verdict: 'up', known: 'indeterminate' },
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

  const anyFacts: fc.Arbitrary<SessionFacts> = fc.record({
    last: fc.option(fc.record({ state: fc.constantFrom(...sessionStates), azureState: fc.string() })),
    presence: fc.constantFrom('present', 'missing', 'silent'),
    missingPolls: fc.nat(5),
    everEstablished: fc.boolean(),
    fellBefore: fc.boolean(),
    intendedDown: fc.boolean(),
    freshness: fc.constantFrom('fresh', 'late', 'stale', 'never'),
    covered: fc.boolean(),
    insideChange: fc.boolean(),
  })

  it('never calls down what was not freshly seen', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { verdict } = judgeSession(facts)
        const seen = facts.covered && facts.last !== null && (facts.freshness === 'fresh' || facts.freshness === 'late')
        return (
          verdict !== 'down' || (seen && facts.presence !== 'silent' && facts.everEstablished && !facts.intendedDown)
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

describe('role by ASN', () => {
  it.each([
    { asn: 12076, gateway: 'expressRoute', role: 'msee' },
    { asn: 65515, gateway: 'expressRoute', role: 'gateway-peer' },
    { asn: 65515, gateway: 'vpn', role: 'gateway-peer' },
    { asn: 65010, gateway: 'vpn', role: 'onprem' },
    { asn: 65010, gateway: 'expressRoute', role: 'other' },
    { asn: 65010, gateway: 'routeServer', role: 'other' },
    { asn: null, gateway: 'vpn', role: 'other' },
  ] as const)('$asn on $gateway is $role', ({ asn, gateway, role }) => {
    expect(gatewaySessionRole(asn, gateway)).toBe(role)
  })
})
