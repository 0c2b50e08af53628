import type { PollObservation } from '#lib/contract/index.ts'

/**
 * Error of a poll that failed because this process did not run (was frozen) during the poll. The failure proves nothing
 * about Azure, so the poll is repeated immediately.
 */
export class SleptThroughError extends Error {
  readonly frozenMs: number

  constructor(frozenMs: number) {
    super(`this process did not run for ${Math.round(frozenMs / 1_000)} s of the poll`)
    this.name = 'SleptThroughError'
    this.frozenMs = frozenMs
  }
}

/**
 * Reports whether a poll failed only because this process was frozen. This is so if there was no response, and if the
 * poll would have ended before its deadline without the time of the freeze. A response that was read late counts as a
 * normal response, because the poll's end time includes the delay.
 * @param frozenMs time for which the process did not run during the poll
 * @param deadlineMs maximum duration of the poll
 */
export function hasSleptThroughPoll(
  { outcome, error, startedAt, finishedAt }: Pick<PollObservation, 'outcome' | 'error' | 'startedAt' | 'finishedAt'>,
  frozenMs: number,
  deadlineMs: number,
): boolean {
  if (frozenMs === 0) return false
  const unanswered = outcome === 'timeout' || (outcome === 'unavailable' && error?.httpStatus === null)
  return unanswered && finishedAt - startedAt - frozenMs < deadlineMs
}
