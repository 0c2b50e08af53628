import { describe, expect, it } from 'vitest'
import type { EstablishedTimeTrustChange, PollRecord, SessionChange } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { SourceDetectionState } from '../model/source-state.ts'
import { applyPollToDetectionState } from './fold-poll.ts'
import {
  TEST_SESSION_LOCAL_ADDRESS,
  TEST_SESSION_NEIGHBOR_ADDRESS,
  createTestSessionSample,
  TEST_SESSION_SUBJECT,
} from './testing/session-feed.ts'

const T0 = Date.UTC(2026, 10, 20, 3, 0, 0)
const at = (n: number) => T0 + n * MS_PER_MINUTE
const OLD = { earliest: at(-60), latest: at(-60) + 2_000 }
const OTHER = { earliest: at(-30), latest: at(-30) + 2_000 }

type Turn = EstablishedTimeTrustChange['verdict'] | 'down' | 'failed' | null

const mark = (n: number, turn: Turn): PollRecord => ({
  sourceId: 1,
  scope: 'gw1',
  subresource: '',
  kind: 'peers',
  startedAt: at(n),
  finishedAt: at(n) + 2_000,
  outcome: turn === 'failed' ? 'timeout' : 'ok',
  previousOkAt: n === 0 ? null : at(n - 1),
  previousAttemptAt: n === 0 ? null : at(n - 1),
  silentInstances: [],
})

function changeOf(n: number, turn: Turn, asn = 12_076): EstablishedTimeTrustChange | SessionChange | null {
  const ends = {
    localAddress: TEST_SESSION_LOCAL_ADDRESS,
    neighbor: TEST_SESSION_NEIGHBOR_ADDRESS,
    between: { earliest: at(n - 1), latest: at(n) + 2_000 },
  }
  if (turn === null || turn === 'failed') return null
  if (turn === 'down') {
    const before = createTestSessionSample('established', { establishedAt: OLD })
    return { type: 'session', ...ends, before, after: createTestSessionSample('idle'), first: false }
  }
  return { type: 'doubt', ...ends, asn, verdict: turn, before: OLD, after: OTHER }
}

/**
 * Evaluates the n-th poll, one minute after the previous poll, with the n-th result. The state is stored and read back
 * between polls.
 */
function fold(turns: readonly Turn[], more: Partial<PollRecord> & { asn?: number } = {}) {
  const { asn, ...marked } = more
  let state: SourceDetectionState | null = null
  const events = turns.flatMap((turn, n) => {
    const change = changeOf(n, turn, asn)
    const folded = applyPollToDetectionState(state, { ...mark(n, turn), ...marked }, change ? [change] : [])
    state = JSON.parse(JSON.stringify(folded.state)) as SourceDetectionState
    return folded.events
  })
  return [...new Map(events.map((event) => [event.key, event])).values()]
}

describe('answers that contradict each other about when a session came up', () => {
  it.each<[string, Turn[], { kind: string; open: boolean }[]]>([
    ['agree', [null, null, null], []],
    ['begin to', [null, 'inconsistent'], [{ kind: 'duration_inconsistent', open: true }]],
    ['do so once', [null, 'inconsistent', 'settled'], [{ kind: 'duration_inconsistent', open: false }]],
    [
      'do so while polls fail',
      [null, 'inconsistent', 'failed', 'failed'],
      [{ kind: 'duration_inconsistent', open: true }],
    ],
    [
      'do so three times, agreeing with each other',
      [null, 'inconsistent', null, 'rebaselined'],
      [
        { kind: 'duration_inconsistent', open: false },
        { kind: 'session_restart_unproven', open: false },
      ],
    ],
    [
      'do so until the session falls',
      [null, 'inconsistent', 'down'],
      [
        { kind: 'duration_inconsistent', open: false },
        { kind: 'session_down', open: true },
      ],
    ],
    [
      'do so twice',
      [null, 'inconsistent', 'settled', null, 'inconsistent'],
      [
        { kind: 'duration_inconsistent', open: false },
        { kind: 'duration_inconsistent', open: true },
      ],
    ],
  ])('%s', (_, turns, expected) => {
    const reported = fold(turns).map(({ kind, ended }) => ({ kind, open: ended === null }))
    const byKind = (a: { kind: string; open: boolean }, b: typeof a) =>
      a.kind === b.kind ? Number(a.open) - Number(b.open) : a.kind < b.kind ? -1 : 1
    expect(reported.toSorted(byKind)).toEqual(expected.toSorted(byKind))
  })

  it('date a restart that nothing proves between the last sample that agreed and the first that did not', () => {
    const events = fold([null, 'inconsistent', null, 'rebaselined'])
    const restart = events.find(({ kind }) => kind === 'session_restart_unproven')
    expect(restart).toMatchObject({
      severity: 'info',
      subject: TEST_SESSION_SUBJECT,
      started: { earliest: at(0), latest: at(1) + 2_000 },
      evidence: [{ field: 'establishedAt', before: OLD, after: OTHER }],
    })
  })

  it('are reported a summary once: the gateway speaks of its own sessions', () => {
    expect(fold([null, 'inconsistent'], { kind: 'summary', asn: 65_515 })).toEqual([])
    expect(fold([null, 'inconsistent'], { kind: 'summary', asn: 65_001 })).toHaveLength(1)
  })
})
