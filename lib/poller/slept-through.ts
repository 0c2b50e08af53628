import type { Observation } from '#lib/contract/index.ts'

/** Thrown for a poll that says nothing of Azure, because this process did not run meanwhile: it is made again at once. */
export class SleptThroughError extends Error {
  readonly frozenMs: number

  constructor(frozenMs: number) {
    super(`this process did not run for ${Math.round(frozenMs / 1_000)} s of the poll`)
    this.name = 'SleptThroughError'
    this.frozenMs = frozenMs
  }
}

/**
 * Whether a poll failed because this process was frozen: nothing was answered, and the process did not run for as long as it would
 * have waited. What Azure did answer counts, however late it was read; its bounds say so.
 * @param frozenMs for how long the process did not run during the poll
 * @param deadlineMs how long the poll was to wait
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
