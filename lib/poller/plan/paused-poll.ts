import type { DeclaredPause, EpochMs, Observation, PollTarget } from '#lib/contract/index.ts'
import { createPollWithoutRows } from '../poll/poll-without-rows.ts'

/**
 * Returns the record of a poll that did not take place because an operator paused it. History then shows the reason of
 * the pause and the user.
 */
export const createPausedPoll = (
  target: PollTarget,
  kind: Observation['kind'],
  { why, by, to }: DeclaredPause,
  now: EpochMs,
): Observation =>
  createPollWithoutRows({ target, kind, startedAt: now, finishedAt: now }, 'paused', {
    code: 'PAUSED',
    detail: `${by} paused it until ${to}: ${why}`,
  })
