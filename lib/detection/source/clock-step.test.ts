import { describe, expect, it } from 'vitest'
import type { TimestampBounds, SessionChange } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { SourceDetectionState } from '../model/source-state.ts'
import { applyPollToDetectionState } from './fold-poll.ts'
import {
  TEST_SESSION_LOCAL_ADDRESS,
  TEST_SESSION_NEIGHBOR_ADDRESS,
  createTestSessionSample,
} from './testing/session-feed.ts'

const T0 = Date.UTC(2026, 10, 20, 3, 0, 0)
const STEP = 5 * MS_PER_MINUTE
const CAME_UP: TimestampBounds = { earliest: T0 - 30_000, latest: T0 - 28_000 }
const up = (by: number) =>
  createTestSessionSample('established', {
    establishedAt: { earliest: CAME_UP.earliest + by, latest: CAME_UP.latest + by },
  })

/**
 * Returns the events of a young session that Azure reports without a state while the collector's clock is set forward,
 * and that is up again afterwards.
 */
function acrossStep(after: SessionChange['after']): string[] {
  const reported: [SessionChange['before'], SessionChange['after'], number, number][] = [
    [null, up(0), T0, 0],
    [up(0), createTestSessionSample('unknown'), T0 + MS_PER_MINUTE, 0],
    [createTestSessionSample('unknown'), after, T0 + 2 * MS_PER_MINUTE + STEP, STEP],
  ]
  let state: SourceDetectionState | null = null
  let previousOkAt: number | null = null
  return reported.flatMap(([before, now, startedAt, steppedMs]) => {
    const mark = {
      sourceId: 1,
      scope: 'gw1',
      subresource: '',
      kind: 'peers' as const,
      startedAt,
      finishedAt: startedAt + 2_000,
      outcome: 'ok' as const,
      previousOkAt,
      previousAttemptAt: previousOkAt,
      silentInstances: [],
    }
    const change: SessionChange = {
      type: 'session',
      localAddress: TEST_SESSION_LOCAL_ADDRESS,
      neighbor: TEST_SESSION_NEIGHBOR_ADDRESS,
      before,
      after: now,
      between: { earliest: (previousOkAt ?? startedAt) + steppedMs, latest: startedAt + 2_000 },
      first: before === null,
      ...(steppedMs !== 0 && { steppedMs }),
    }
    previousOkAt = startedAt
    const folded = applyPollToDetectionState(state, mark, [change])
    state = JSON.parse(JSON.stringify(folded.state)) as SourceDetectionState
    return folded.events.map(({ kind }) => kind)
  })
}

describe('a clock that is set while nothing is reported of a session', () => {
  it.each([
    { name: 'the same life, by the clock as it is now', after: up(STEP), kinds: [] },
    { name: 'a life that began since', after: up(STEP + 2 * MS_PER_MINUTE), kinds: ['session_flap'] },
  ])('leaves $name: $kinds', ({ after, kinds }) => expect(acrossStep(after)).toEqual(kinds))
})
