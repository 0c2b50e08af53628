import type { Observation } from '#lib/contract/index.ts'

/**
 * Error for a poll that gives no information about Azure, because this process did not run meanwhile. The poll is
 * repeated immediately.
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
 * Reports whether a poll failed because this process was frozen: there was no response, and without the freeze the poll
 * would have waited less than its deadline. A response of Azure counts however late it was read, because its bounds
 * contain the delay.
 * @param frozenMs how long the process did not run during the poll
 * @param deadlineMs deadline of the poll
 */
export function isSleptThrough(
  { outcome, error, startedAt, finishedAt }: Pick<Observation, 'outcome' | 'error' | 'startedAt' | 'finishedAt'>,
  frozenMs: number,
  deadlineMs: number,
): boolean {
  if (frozenMs === 0) return false
  const unanswered = outcome === 'timeout' || (outcome === 'unavailable' && error?.httpStatus === null)
  return unanswered && finishedAt - startedAt - frozenMs < deadlineMs
}
