import { describe, expect, it } from 'vitest'
import { type DetectedEvent, type PollRecord, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { SourceDetectionState } from '../model/source-state.ts'
import { applyPollToDetectionState } from './fold-poll.ts'
import type { ExtraSessionDataOfPoll } from './readings.ts'
import {
  TEST_SESSION_LOCAL_ADDRESS,
  TEST_SESSION_NEIGHBOR_ADDRESS,
  TEST_SESSION_SUBJECT,
} from './testing/session-feed.ts'

const T0 = Date.UTC(2026, 10, 20, 3, 0, 0)
const at = (n: number) => T0 + n * MS_PER_MINUTE

/**
 * Returns the events for one letter per minute: `.` = all sessions report, `U` = the session under test is unknown, `A`
 * = all are unknown, `-` = its row is missing, `s` = its instance is silent, `x` = the poll fails.
 */
function fold(minutes: string, more: Partial<PollRecord> & { asn?: number } = {}): DetectedEvent[] {
  const { asn = 12_076, ...marked } = more
  let state: SourceDetectionState | null = null
  let previousOkAt: number | null = null
  const events = [...minutes].flatMap((turn, n) => {
    const mark: PollRecord = {
      sourceId: 1,
      scope: 'gw1',
      subresource: '',
      kind: 'peers',
      startedAt: at(n),
      finishedAt: at(n) + 2_000,
      outcome: turn === 'x' ? 'timeout' : turn === 's' ? 'incomplete' : 'ok',
      previousOkAt,
      previousAttemptAt: n === 0 ? null : at(n - 1),
      silentInstances: turn === 's' ? [TEST_SESSION_LOCAL_ADDRESS] : [],
      ...marked,
    }
    const row = (neighbor: string, unknown: boolean): ExtraSessionDataOfPoll => ({
      localAddress: TEST_SESSION_LOCAL_ADDRESS,
      neighbor,
      asn,
      established: !unknown,
      unknown,
      prefixes: unknown ? null : 50,
    })
    const own = turn === '-' || turn === 's' ? [] : [row(TEST_SESSION_NEIGHBOR_ADDRESS, turn === 'U' || turn === 'A')]
    const other =
      turn === 's' ? { ...row('10.0.4.5', false), localAddress: '10.0.4.13' } : row('10.0.4.5', turn === 'A')
    const folded = applyPollToDetectionState(state, mark, [], turn === 'x' ? {} : { sessions: [...own, other] })
    state = JSON.parse(JSON.stringify(folded.state)) as SourceDetectionState
    if (turn !== 'x') previousOkAt = at(n)
    return folded.events.filter(({ kind }) => kind === 'session_unknown')
  })
  return [...new Map(events.map((event) => [event.key, event])).values()]
}

describe('a session whose state Azure calls unknown while others report', () => {
  it.each<[string, string, ('open' | 'closed')[]]>([
    ['in four samples', '.UUUU.', []],
    ['in five', '.UUUUU', ['open']],
    ['in five, and then reports again', '.UUUUU.', ['closed']],
    ['in five, and then its row is gone', '.UUUUU-', ['closed']],
    ['in five with failed polls between', '.UUxxUUxU', ['open']],
    ['in more than five', '.UUUUUUUUU', ['open']],
    ['in five that do not follow each other', '.UUUU.UUUU.', []],
    ['while its instance falls silent', '.UUUUUss', ['open']],
    ['as all others are', '.AAAAAAAA', []],
    ['as all others are in the first of five', '.AUUUU', []],
    ['twice', '.UUUUU.UUUUU', ['closed', 'open']],
  ])('%s', (_, minutes, reported) => {
    expect(fold(minutes).map(({ ended }) => (ended ? 'closed' : 'open'))).toEqual(reported)
  })

  it('is dated by the samples around its begin and its end', () => {
    expect(fold('..UUUUUU.')).toMatchObject([
      {
        kind: 'session_unknown',
        severity: 'info',
        subject: TEST_SESSION_SUBJECT,
        started: { earliest: at(1), latest: at(2) + 2_000 },
        ended: { earliest: at(7), latest: at(8) + 2_000 },
        detectedAt: at(6) + 2_000,
      },
    ])
    expect(fold('.sUUUUUss.')).toMatchObject([
      { started: { earliest: at(0), latest: at(2) + 2_000 }, ended: { earliest: at(6), latest: at(9) + 2_000 } },
    ])
  })

  it('may have been so for ever when it was at first sight', () => {
    expect(fold('UUUUU')).toMatchObject([{ started: { earliest: INSTANT_BEFORE_MONITORING, latest: at(0) + 2_000 } }])
  })

  it('is reported of a summary for the customer’s router only: the gateway speaks of its own sessions', () => {
    expect(fold('.UUUUU', { kind: 'summary', asn: 65_515 })).toEqual([])
    expect(fold('.UUUUU', { asn: 65_515 })).toEqual([])
    expect(fold('.UUUUU', { kind: 'summary', asn: 65_001 })).toHaveLength(1)
  })

  it.each([
    ['an instance about itself', TEST_SESSION_LOCAL_ADDRESS, 65_000, 0],
    ['an instance about the other', '10.0.4.13', 65_000, 0],
    ['a VPN neighbor in the AS of most gateways', '10.8.0.4', 65_515, 1],
  ])('is reported by the addresses of the gateway, whose AS is another: %s', (_, neighbor, asn, reported) => {
    const row = (localAddress: string, far: string, farAsn: number, unknown: boolean): ExtraSessionDataOfPoll => ({
      localAddress,
      neighbor: far,
      asn: farAsn,
      established: !unknown,
      unknown,
      prefixes: unknown ? null : 5,
    })
    const sessions = [
      row(TEST_SESSION_LOCAL_ADDRESS, '192.0.2.1', 65_001, false),
      row('10.0.4.13', '192.0.2.1', 65_001, false),
      row('10.0.4.13', TEST_SESSION_LOCAL_ADDRESS, 65_000, true),
      row(TEST_SESSION_LOCAL_ADDRESS, neighbor, asn, true),
    ]
    let state: SourceDetectionState | null = null
    const events = [0, 1, 2, 3, 4, 5].flatMap((n) => {
      const mark: PollRecord = {
        sourceId: 1,
        scope: 'gw1',
        subresource: '',
        kind: 'peers',
        startedAt: at(n),
        finishedAt: at(n) + 2_000,
        outcome: 'ok',
        previousOkAt: n === 0 ? null : at(n - 1),
        previousAttemptAt: n === 0 ? null : at(n - 1),
        silentInstances: [],
      }
      const folded = applyPollToDetectionState(state, mark, [], { sessions })
      state = folded.state
      return folded.events
    })
    expect(events.filter(({ kind }) => kind === 'session_unknown')).toHaveLength(reported)
  })
})
