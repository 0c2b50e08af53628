import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { hasUnreadCarryingSessions } from './pending-sessions.ts'
import type { DetectionContext } from '../../model/context.ts'
import { contextWithPolls, addPathDownTestEvent, TEST_PATH_SUBJECTS } from './roots/testing.ts'

const DETECTED = 10 * MS_PER_MINUTE

/** Returns an event that reports the routes of London's primary path as lost at 10:00. */
function lostRoutes(context: DetectionContext, more: Partial<DetectedEvent> = {}) {
  const live = addPathDownTestEvent(context, 'ckt-lon', 'mass_withdraw', '10.0.4.4')
  live.peersBefore = ['10.0.4.4']
  live.event = { ...live.event, severity: 'minor', ...more }
  return live
}

const at = (context: DetectionContext, finishedAt: number): DetectionContext => ({
  ...context,
  mark: { ...context.mark, finishedAt },
})
const seen = (moment: number) => ({ [`ckt-lon ${TEST_PATH_SUBJECTS[0]} summary`]: moment })

describe('routes that were lost', () => {
  it.each<[string, Record<string, number>, number, Partial<DetectedEvent>, boolean]>([
    ['wait for the session behind them', {}, DETECTED, {}, true],
    ['also where it was asked before', seen(DETECTED - 1), DETECTED + 5_000, {}, true],
    ['until it has been asked', seen(DETECTED + 3_000), DETECTED + 5_000, {}, false],
    ['no longer than for a poll, whoever does not answer', {}, DETECTED + MS_PER_MINUTE + 1, {}, false],
    ['not if they are critical', {}, DETECTED, { severity: 'critical' }, false],
    ['not where they belong to something already', {}, DETECTED, { partOf: 'the path' }, false],
  ])('%s', (_, lastGoodPollAt, now, more, waits) => {
    const context = at(contextWithPolls(lastGoodPollAt), now)
    expect(hasUnreadCarryingSessions(context, lostRoutes(context, more))).toBe(waits)
  })

  it('are all that waits', () => {
    const context = at(contextWithPolls({}), DETECTED)
    expect(hasUnreadCarryingSessions(context, addPathDownTestEvent(context, 'ckt-lon'))).toBe(false)
  })
})
