import { type DataFreshness, hasStaleOrMissingPolls } from '#lib/contract/index.ts'

/**
 * Exit code for each state, as monitoring plugins have them.
 * @source Nagios Plugin API, "Return code"
 */
export const exitCodeByExitStatus = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const
export type CommandExitStatus = keyof typeof exitCodeByExitStatus

/** States from the worst to the best. A known problem is worse than unknown data. */
const worstFirst: readonly CommandExitStatus[] = ['critical', 'warning', 'unknown', 'ok']

/** Returns the worst of several states; `ok` if there are none. */
export const findWorstExitState = (states: readonly CommandExitStatus[]): CommandExitStatus =>
  worstFirst.find((state) => states.includes(state)) ?? 'ok'

/** Returns `unknown` if the data of a source are stale or missing, otherwise `ok`. */
export const getFreshnessExitState = (freshness: DataFreshness): CommandExitStatus =>
  hasStaleOrMissingPolls(freshness) ? 'unknown' : 'ok'
