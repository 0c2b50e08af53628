import { describe, expect, it } from 'vitest'
import type { Session } from '#lib/contract/index.ts'
import { statusText } from './status.tsx'
import { lateWords } from './late-words.ts'
import { sessionStatus } from './words.ts'

type Asked = Parameters<typeof sessionStatus>[0]
const session = (change: Partial<Asked>): Asked => ({
  verdict: 'up',
  state: 'established',
  known: 'observed',
  role: 'msee',
  evidence: 'state',
  ...change,
})

describe('a session in words', () => {
  it.each<[string, Partial<Pick<Session, 'verdict' | 'state' | 'known' | 'role' | 'evidence'>>]>([
    ['UP', {}],
    ['UP (by metrics)', { evidence: 'metric' }],
    ['DOWN (BGP Active)', { verdict: 'down', state: 'active' }],
    ['DOWN (BGP OpenSent)', { verdict: 'down', state: 'openSent' }],
    ['DOWN (by metrics)', { verdict: 'down', state: 'unknown', evidence: 'metric' }],
    ['UNKNOWN: last poll too old', { verdict: 'unknown', state: 'unknown', known: 'stale' }],
    ['UNKNOWN: not polled then', { verdict: 'unknown', state: 'unknown', known: 'unknown' }],
    [
      'NEVER CONNECTED (normal for a sibling)',
      { verdict: 'never_established', state: 'connect', role: 'gateway-peer' },
    ],
    ['NEVER CONNECTED', { verdict: 'never_established', state: 'connect' }],
    ['DISABLED', { verdict: 'disabled', state: 'stopped' }],
    ['NOT REPORTED', { verdict: 'not_reported', state: 'unknown' }],
  ])('%s', (text, change) => {
    expect(statusText(sessionStatus(session(change)))).toBe(text)
  })
})

describe('how late an answer is', () => {
  const now = Date.UTC(2026, 10, 20, 3, 2, 5)
  const latePollAt = '2026-11-20T03:00:00.000Z'
  it.each([
    ['LATE 2 min 05 s', { state: 'late' as const, latePollAt }],
    ['STALE 2 min 05 s', { state: 'stale' as const, latePollAt }],
    [null, { state: 'fresh' as const, latePollAt: null }],
    [null, { state: 'never' as const, latePollAt: null }],
  ])('%s', (words, freshness) => {
    expect(lateWords({ oldestPollAt: null, ...freshness }, now)).toBe(words)
  })
})
