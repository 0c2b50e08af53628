import { describe, expect, it } from 'vitest'
import type { DetectedEvent, PollOutcome, PollError, PollKind, PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../model/settings.ts'
import type { FailingPollKinds } from '../model/source-state.ts'
import { updateFailingPolls } from './failing-polls.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const at = (n: number) => T0 + n * MS_PER_MINUTE

const markOf = (
  n: number,
  outcome: PollOutcome,
  before: PollOutcome | null,
  okAt: number | null,
  kind: PollKind,
): PollRecord => ({
  sourceId: 1,
  scope: 'gw1',
  subresource: '',
  kind,
  startedAt: at(n),
  finishedAt: at(n) + 2_000,
  outcome,
  previousOkAt: okAt,
  previousAttemptAt: before === null ? null : at(n - 1),
  silentInstances: [],
})

/** Evaluates one poll per minute; the state is stored and read back between polls. Null = not polled in that minute. */
function fold(outcomes: readonly PollOutcome[], { kind = 'peers' as PollKind, error = null as PollError | null } = {}) {
  let failing: FailingPollKinds = {}
  let before: PollOutcome | null = null
  let okAt: number | null = null
  const versions: DetectedEvent[] = []
  for (const [n, outcome] of outcomes.entries()) {
    const mark = markOf(n, outcome, before, okAt, kind)
    const polled = { everyMs: MS_PER_MINUTE, error: outcome === 'ok' ? null : error }
    const folded = updateFailingPolls(failing, mark, before, polled, defaultSettings)
    failing = JSON.parse(JSON.stringify(folded.failing)) as FailingPollKinds
    versions.push(...folded.events)
    before = outcome
    if (outcome === 'ok') okAt = at(n)
  }
  return { failing, versions, events: [...new Map(versions.map((event) => [event.key, event])).values()] }
}

describe('polls that fail', () => {
  it.each<[string, PollOutcome[], { opened: number; ended: number | null } | null]>([
    ['never', ['ok', 'ok', 'ok'], null],
    ['for lack of rights', ['ok', 'forbidden'], { opened: 1, ended: null }],
    ['for want of a sign-in', ['ok', 'unauthorized', 'unauthorized'], { opened: 1, ended: null }],
    ['because nothing is there', ['ok', 'not_found', 'ok'], { opened: 1, ended: 2 }],
    ['from the first one on', ['forbidden', 'forbidden'], { opened: 0, ended: null }],
    ['once, for a reason that passes', ['ok', 'timeout', 'ok'], null],
    ['until what is known is stale', ['ok', 'timeout', 'timeout', 'unavailable'], { opened: 3, ended: null }],
    ['until it is stale, and then not', ['ok', 'throttled', 'throttled', 'throttled', 'ok'], { opened: 3, ended: 4 }],
    ['after answers that were partly good', ['ok', 'incomplete', 'incomplete', 'incomplete', 'timeout'], null],
    ['and are partly good again', ['ok', 'forbidden', 'incomplete'], { opened: 1, ended: 2 }],
    ['because another operation holds the resource', ['ok', 'locked', 'locked', 'locked', 'locked'], null],
    ['while another operation held it', ['ok', 'forbidden', 'locked', 'ok'], { opened: 1, ended: 3 }],
    ['and were locked before', ['ok', 'locked', 'locked', 'locked', 'timeout'], { opened: 4, ended: null }],
    ['because another worker was faster', ['ok', 'superseded', 'superseded', 'superseded', 'superseded'], null],
  ])('%s', (_, outcomes, expected) => {
    const [event, ...more] = fold(outcomes).events
    expect(more).toEqual([])
    if (!expected) return expect(event).toBeUndefined()
    expect(event).toMatchObject({ kind: 'collector_error', detectedAt: at(expected.opened) + 2_000 })
    if (expected.ended === null) return expect(event?.ended).toBeNull()
    expect(event?.ended).toEqual({ earliest: at(expected.ended - 1), latest: at(expected.ended) + 2_000 })
  })

  it('are dated from the last good one to the end of the first that failed', () => {
    const [event] = fold(['ok', 'ok', 'timeout', 'timeout', 'timeout', 'timeout']).events
    expect(event).toMatchObject({ started: { earliest: at(1), latest: at(2) + 2_000 } })
  })

  it('say what to do, and follow the newest answer', () => {
    const error = {
      code: 'X',
      detail: 'no rights',
      httpStatus: 403,
      retryAfterSeconds: null,
      missingAction: 'a/b/action',
    }
    const { versions } = fold(['ok', 'forbidden', 'unauthorized', 'unauthorized'], { error })
    expect(versions.map(({ causes }) => causes[0]?.class)).toEqual(['collector_forbidden', 'collector_unauthorized'])
    expect(versions[0]?.causes[0]?.nextStep).toContain('a/b/action')
    expect(versions[0]?.evidence[0]?.after).toContain('no rights')
  })

  it('of a probe are nobody’s trouble: it is never required', () => {
    expect(fold(['forbidden', 'not_found', 'not_found'], { kind: 'probe' }).events).toEqual([])
  })

  it('leave nothing behind when they are good again', () => {
    expect(fold(['ok', 'timeout', 'timeout', 'ok']).failing).toEqual({})
  })
})
