import { describe, expect, it } from 'vitest'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { testSession } from '../sessions/testing.ts'
import { summarizeSessions, summarizeUnmappedSessions } from './session-summary.ts'

const session = (verdict: BgpSession['verdict'], state: BgpSession['state'] = 'established') =>
  testSession({ verdict, state })

describe('the sessions of all instances to one neighbor', () => {
  it.each([
    ['all up', [session('up'), session('up')], { tone: 'up', word: 'UP', detail: '2 instances' }],
    ['one alone', [session('up')], { tone: 'up', word: 'UP', detail: null }],
    [
      'all down',
      [session('down', 'idle'), session('down', 'idle')],
      { tone: 'down', word: 'DOWN', detail: 'BGP Idle' },
    ],
    [
      'some down',
      [session('up'), session('down', 'idle')],
      { tone: 'degraded', word: 'DOWN ON 1 OF 2', detail: 'instances' },
    ],
    [
      'one that never connected does not count',
      [session('up'), session('never_established', 'connect')],
      { tone: 'up', word: 'UP', detail: null },
    ],
    [
      'one that does not report',
      [session('up'), session('not_reported', 'unknown')],
      { tone: 'unknown', word: 'NOT REPORTED' },
    ],
    ['none', [], { tone: 'unknown', word: 'UNKNOWN' }],
    [
      'some down, and no longer polled',
      [
        testSession({ verdict: 'down', known: 'stale', lastSeenAt: '2026-11-30T09:59:08.000Z' }),
        testSession({ verdict: 'unknown', known: 'stale', lastSeenAt: '2026-11-30T09:59:06.000Z' }),
      ],
      { tone: 'degraded', word: 'DOWN ON 1 OF 2', detail: 'last known at 2026-11-30 09:59 UTC' },
    ],
    [
      'one down without a recent poll, next to one that is polled',
      [testSession({ verdict: 'down', known: 'stale', lastSeenAt: '2026-11-30T09:59:08.000Z' }), session('up')],
      { tone: 'degraded', word: 'DOWN ON 1 OF 2', detail: 'last known at 2026-11-30 09:59 UTC' },
    ],
    [
      'all down, and one of them no longer polled',
      [
        session('down', 'idle'),
        testSession({ verdict: 'down', known: 'stale', lastSeenAt: '2026-11-30T09:59:08.000Z' }),
      ],
      { tone: 'down', word: 'DOWN', detail: 'last known at 2026-11-30 09:59 UTC' },
    ],
  ])('%s', (_, sessions, words) => {
    expect(summarizeSessions(sessions)).toEqual(words)
  })
})

describe('a path whose neighbor is not known', () => {
  it.each([
    [
      'is up when every session of the gateway is',
      [session('up'), session('up')],
      { tone: 'up', word: 'UP', detail: 'all 2' },
    ],
    [
      'is not known when one is down',
      [session('up'), session('down', 'idle')],
      { tone: 'unknown', word: 'UNKNOWN', detail: '1 of 2 up, path unknown' },
    ],
    ['is not known when nothing is', [], { tone: 'unknown', word: 'UNKNOWN', detail: 'no session reported' }],
  ])('%s', (_, sessions, words) => {
    expect(summarizeUnmappedSessions(sessions)).toEqual(words)
  })
})

it('a gateway of a Virtual WAN has no session that Azure reports', () => {
  expect(summarizeUnmappedSessions([], true)).toEqual({
    tone: 'off',
    word: 'NOT REPORTED',
    detail: 'normal in Virtual WAN',
  })
})
