import type { DeclaredPollingPause, EpochMs, PollObservation, PollTarget } from '#lib/contract/index.ts'
import { createPollWithoutRows } from '../poll/poll-without-rows.ts'

/**
 * Returns the record of a poll that did not take place because an operator paused it. History then shows the reason of
 * the pause and the user.
 */
export const createPausedPoll = (
  target: PollTarget,
  kind: PollObservation['kind'],
  { why, by, to }: DeclaredPollingPause,
  now: EpochMs,
): PollObservation =>
  createPollWithoutRows({ target, kind, startedAt: now, finishedAt: now }, 'paused', {
    code: 'PAUSED',
    detail: `${by} paused it until ${to}: ${why}`,
  })
