import { describe, expect, it } from 'vitest'
import { type GatewayVerdictInput, type GatewaySession, type GatewayState, judgeGateway } from './judge-gateway.ts'

const A = '10.0.4.12'
const B = '10.0.4.13'
const C = '10.0.4.14'
const verdicts = {
  u: 'up',
  d: 'down',
  n: 'never_established',
  x: 'disabled',
  '?': 'unknown',
  s: 'not_reported',
} as const

/**
 * Builds sessions from text. In `ud/uu`, instance A reports neighbor .4 up and .5 down, and instance B reports both up.
 */
function sessions(text: string): GatewaySession[] {
  return text.split('/').flatMap((row, instance) =>
    [...row].map((letter, neighbor) => ({
      localAddress: [A, B, C][instance] ?? '',
      neighbor: `10.0.4.${4 + neighbor}`,
      role: 'msee' as const,
      verdict: verdicts[letter as keyof typeof verdicts],
    })),
  )
}

const sibling = (verdict: GatewaySession['verdict']): GatewaySession => ({
  localAddress: A,
  neighbor: '10.0.4.15',
  role: 'gateway-peer',
  verdict,
})

const cases: { name: string; facts: Partial<GatewayVerdictInput>; state: GatewayState; reason?: RegExp }[] = [
  { name: 'all up', facts: { sessions: sessions('uu/uu') }, state: 'healthy' },
  {
    name: 'all up beside a sibling that never connected',
    facts: { sessions: [...sessions('uu'), sibling('never_established')] },
    state: 'healthy',
  },
  {
    name: 'all up beside a sibling that is down',
    facts: { sessions: [...sessions('uu'), sibling('down')] },
    state: 'healthy',
  },
  { name: 'one neighbor that never came up', facts: { sessions: sessions('un/un') }, state: 'healthy' },
  { name: 'one neighbor administratively down', facts: { sessions: sessions('ux/ux') }, state: 'healthy' },
  { name: 'no peers at all', facts: { sessions: [] }, state: 'no_peers' },
  {
    name: 'one neighbor down on all instances',
    facts: { sessions: sessions('ud/ud') },
    state: 'peer_lost',
    reason: /10\.0\.4\.5 is down on every/,
  },
  { name: 'one neighbor down on the only instance', facts: { sessions: sessions('ud') }, state: 'peer_lost' },
  {
    name: 'one neighbor down on one instance',
    facts: { sessions: sessions('ud/uu') },
    state: 'partial',
    reason: /10\.0\.4\.5 .* 10\.0\.4\.12/,
  },
  {
    name: 'one neighbor down where the other instance is silent',
    facts: { sessions: sessions('ud/ss') },
    state: 'peer_lost',
  },
  {
    name: 'all of one instance down',
    facts: { sessions: sessions('dd/uu') },
    state: 'instance_lost',
    reason: /10\.0\.4\.12/,
  },
  {
    name: 'the rows of one instance gone for three polls',
    facts: { sessions: sessions('uu/ss'), lostInstances: [B] },
    state: 'instance_lost',
  },
  { name: 'the rows of one instance gone for a poll', facts: { sessions: sessions('uu/ss') }, state: 'healthy' },
  { name: 'an instance down and a neighbor lost on both', facts: { sessions: sessions('dd/ud') }, state: 'peer_lost' },
  {
    name: 'an instance down that alone has one of its neighbors',
    facts: { sessions: sessions('dd/u') },
    state: 'instance_lost',
  },
  {
    name: 'an instance down and a neighbor lost on another of three',
    facts: { sessions: sessions('dd/ud/uu') },
    state: 'instance_lost',
  },
  {
    name: 'everything down',
    facts: { sessions: sessions('dd/dd') },
    state: 'isolated',
    reason: /^No external BGP peer is up on any instance\.$/,
  },
  {
    name: 'everything down but a sibling',
    facts: { sessions: [...sessions('dd/dd'), sibling('up')] },
    state: 'isolated',
  },
  { name: 'down beside unknown is not isolated', facts: { sessions: sessions('d?/d?') }, state: 'peer_lost' },
  { name: 'every instance silent', facts: { sessions: sessions('ss/ss') }, state: 'unknown' },
  {
    name: 'every state unknown',
    facts: { sessions: sessions('??/??') },
    state: 'unknown',
    reason: /^Azure reports no state/,
  },
  { name: 'unknown beside one that never came up', facts: { sessions: sessions('?n/?n') }, state: 'unknown' },
  { name: 'unknown beside one administratively down', facts: { sessions: sessions('?x/?x') }, state: 'unknown' },
  {
    name: 'being updated',
    facts: { sessions: sessions('dd/uu'), provisioningState: 'Updating' },
    state: 'changing',
    reason: /Updating/,
  },
  { name: 'on standby', facts: { sessions: sessions('dd/dd'), isStandby: true }, state: 'changing', reason: /standby/ },
  {
    name: 'whose last change failed is judged by its sessions',
    facts: { sessions: sessions('dd/dd'), provisioningState: 'Failed' },
    state: 'isolated',
  },
  { name: 'peer status late', facts: { sessions: sessions('ud/uu'), freshness: 'late' }, state: 'partial' },
  { name: 'peer status stale', facts: { sessions: sessions('dd/dd'), freshness: 'stale' }, state: 'unknown' },
  {
    name: 'a VPN gateway without BGP is asked for nothing',
    facts: { freshness: 'never', withoutBgp: 'SKU Basic offers no BGP.' },
    state: 'not_offered',
    reason: /Basic/,
  },
  {
    name: 'sessions that Azure does not report',
    facts: { areSessionsPolled: false },
    state: 'not_reported',
    reason: /does not report/,
  },
  { name: 'never polled', facts: { freshness: 'never' }, state: 'unknown', reason: /peer status is not known/ },
]

describe('gateway state', () => {
  it.each(cases)('$name: $state', ({ facts, state, reason }) => {
    const usual: GatewayVerdictInput = {
      freshness: 'fresh',
      provisioningState: 'Succeeded',
      isStandby: false,
      withoutBgp: null,
      areSessionsPolled: true,
      sessions: [],
      lostInstances: [],
    }
    const judged = judgeGateway({ ...usual, ...facts })
    expect(judged.state).toBe(state)
    if (reason) expect(judged.reason).toMatch(reason)
    expect(judged.reason === null).toBe(state === 'healthy')
  })
})
