import { type Freshness, hasStaleOrMissingPolls } from '#lib/contract/index.ts'

/**
 * Exit code for each state, as monitoring plugins have them.
 * @source Nagios Plugin API, "Return code"
 */
export const exitCodes = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const
export type ExitState = keyof typeof exitCodes

/** States from the worst to the best. A known problem is worse than unknown data. */
const worstFirst: readonly ExitState[] = ['critical', 'warning', 'unknown', 'ok']

/** Returns the worst of several states; `ok` if there are none. */
export const findWorstExitState = (states: readonly ExitState[]): ExitState =>
  worstFirst.find((state) => states.includes(state)) ?? 'ok'

/** Returns `unknown` if the data of a source are stale or missing, otherwise `ok`. */
export const getFreshnessExitState = (freshness: Freshness): ExitState =>
  hasStaleOrMissingPolls(freshness) ? 'unknown' : 'ok'
