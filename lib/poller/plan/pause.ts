import type { DeclaredPause, EpochMs, Observation, PollTarget } from '#lib/contract/index.ts'
import { pollWithoutRows } from '../poll/poll-without-rows.ts'

/** Returns the record of a skipped poll, so that the gap in history shows the reason for the pause and the user. */
export const pausedPoll = (
  target: PollTarget,
  kind: Observation['kind'],
  { why, by, to }: DeclaredPause,
  now: EpochMs,
): Observation =>
  pollWithoutRows({ target, kind, startedAt: now, finishedAt: now }, 'paused', {
    code: 'PAUSED',
    detail: `${by} paused it until ${to}: ${why}`,
  })
