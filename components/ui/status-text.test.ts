import { describe, expect, it } from 'vitest'
import { formatStatusText } from './status.tsx'
import { formatLatePoll } from './times/late-text.ts'
import {
  getCircuitStatus,
  getGatewayStatus,
  getInstanceStatus,
  getPathStatus,
  getRedundancyStatus,
  getSessionStatus,
} from './status-text.ts'

type Asked = Parameters<typeof getSessionStatus>[0]
const session = (change: Partial<Asked>): Asked => ({
  verdict: 'up',
  state: 'established',
  known: 'observed',
  role: 'msee',
  evidence: 'state',
  lastSeenAt: null,
  ...change,
})

describe('a session in words', () => {
  it.each<[string, Partial<Asked>]>([
    ['UP', {}],
    ['UP (by metrics)', { evidence: 'metric' }],
    ['DOWN (BGP Active)', { verdict: 'down', state: 'active' }],
    ['DOWN (BGP OpenSent)', { verdict: 'down', state: 'openSent' }],
    ['UP (changed between two polls)', { known: 'indeterminate' }],
    ['DOWN (changed between two polls)', { verdict: 'down', state: 'idle', known: 'indeterminate' }],
    ['DOWN (by metrics)', { verdict: 'down', state: 'unknown', evidence: 'metric' }],
    [
      'DOWN (last known at 2026-11-20 18:37 UTC)',
      { verdict: 'down', state: 'idle', known: 'stale', lastSeenAt: '2026-11-20T18:37:30.000Z' },
    ],
    ['UNKNOWN: polls are late', { verdict: 'unknown', state: 'unknown', known: 'stale' }],
    ['UNKNOWN: not polled then', { verdict: 'unknown', state: 'unknown', known: 'unknown' }],
    [
      'NEVER CONNECTED (normal for a sibling)',
      { verdict: 'never_established', state: 'connect', role: 'gateway-peer' },
    ],
    ['NEVER CONNECTED', { verdict: 'never_established', state: 'connect' }],
    ['DISABLED', { verdict: 'disabled', state: 'stopped' }],
    ['NOT REPORTED', { verdict: 'not_reported', state: 'unknown' }],
  ])('%s', (text, change) => {
    expect(formatStatusText(getSessionStatus(session(change)))).toBe(text)
  })
})

describe('how late an answer is', () => {
  const now = Date.UTC(2026, 10, 20, 3, 2, 5)
  const latePollAt = '2026-11-20T03:00:00.000Z'
  it.each([
    ['LATE 2 min 05 s', { state: 'late' as const, latePollAt }],
    ['LATE 2 min 05 s', { state: 'stale' as const, latePollAt }],
    [null, { state: 'fresh' as const, latePollAt: null }],
    [null, { state: 'never' as const, latePollAt: null }],
  ])('%s', (words, freshness) => {
    expect(formatLatePoll({ oldestPollAt: null, ...freshness }, now)).toBe(words)
  })
})

const silent: Parameters<typeof getGatewayStatus>[0] = {
  state: 'not_reported',
  impaired: null,
  kind: 'vwan',
  instances: [],
  unconfirmedSince: null,
}

it('a gateway of which no session is reported is not called healthy', () => {
  expect(getGatewayStatus(silent)).toMatchObject({ tone: 'off', word: 'NOT REPORTED' })
  expect(getGatewayStatus({ ...silent, state: 'no_peers' }).word).toBe('NO PEERS')
})

describe('what was proved and is not polled any more', () => {
  const since = '2026-11-20T18:37:30.000Z'
  // an open event of a resource whose own state was healthy
  const impaired = { kind: 'mass_withdraw', severity: 'degraded', called: 'degraded', reason: '' } as const

  it.each([
    [
      getRedundancyStatus({ redundancy: 'reduced', unconfirmedSince: since }),
      'degraded',
      'ONE PATH LEFT (last known at 2026-11-20 18:37 UTC)',
    ],
    [
      getRedundancyStatus({ redundancy: 'no_path', unconfirmedSince: since }),
      'down',
      'DOWN (last known at 2026-11-20 18:37 UTC)',
    ],
    [
      getRedundancyStatus({
        redundancy: 'unknown',
        unconfirmedSince: null,
        lastKnown: { state: 'redundant', at: '2026-01-20T19:13:54.000Z' },
      }),
      'unknown',
      'BOTH PATHS UP, last known at 2026-01-20 19:13:54 UTC',
    ],
    [
      getPathStatus('unknown', null, { state: 'up', at: '2026-01-20T19:13:54.000Z' }),
      'unknown',
      'UP, last known at 2026-01-20 19:13:54 UTC',
    ],
    [getPathStatus('down', since), 'down', 'DOWN (last known at 2026-11-20 18:37 UTC)'],
    [
      getGatewayStatus({ ...silent, state: 'isolated', unconfirmedSince: since }),
      'down',
      'ISOLATED (last known at 2026-11-20 18:37 UTC)',
    ],
    [
      getGatewayStatus({ ...silent, state: 'unknown', impaired, lastKnown: { state: 'healthy', at: since } }),
      'degraded',
      'DEGRADED (last known at 2026-11-20 18:37 UTC)',
    ],
    [
      getCircuitStatus({
        redundancy: 'unknown',
        unconfirmedSince: null,
        impaired,
        lastKnown: { state: 'redundant', at: since },
      }),
      'degraded',
      'DEGRADED (last known at 2026-11-20 18:37 UTC)',
    ],
  ])('keeps its tone: %s', (words, tone, text) => {
    expect(words.tone).toBe(tone)
    expect(formatStatusText(words)).toBe(text)
  })

  it.each<[string, Parameters<typeof getInstanceStatus>, string]>([
    [
      'is up',
      [
        { reporting: true, sessionsUp: 6, sessionsExpected: 6 },
        { state: 'healthy', unconfirmedSince: null },
      ],
      '6 of 6',
    ],
    [
      'is not read',
      [
        { reporting: null, sessionsUp: 0, sessionsExpected: 6 },
        { state: 'unknown', unconfirmedSince: null },
      ],
      'not known',
    ],
    [
      'is not confirmed',
      [
        { reporting: null, sessionsUp: 0, sessionsExpected: 6 },
        { state: 'partial', unconfirmedSince: since },
      ],
      'not known',
    ],
    [
      'was read before',
      [
        { reporting: null, sessionsUp: 0, sessionsExpected: 6, lastKnown: { up: 5, expected: 6 } },
        { state: 'unknown', unconfirmedSince: null },
      ],
      '5 of 6',
    ],
    [
      'has no peers',
      [
        { reporting: null, sessionsUp: 0, sessionsExpected: 0 },
        { state: 'healthy', unconfirmedSince: null },
      ],
      'no peers',
    ],
  ])('an instance that %s', (_, of, word) => {
    expect(getInstanceStatus(...of).word).toBe(word)
  })
})
