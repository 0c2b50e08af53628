import type { DeclaredPause, EpochMs, Observation, PollTarget } from '#lib/contract/index.ts'
import { pollWithoutRows } from '../poll/poll-without-rows.ts'

/** Stands in the record for a poll that was not made: the gap that it leaves says why, and who wanted it. */
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
