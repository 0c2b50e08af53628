import type { Freshness } from '#lib/contract/index.ts'

/** Exit codes of monitoring plugins. @source Nagios Plugin API, "Return code" */
export const exitCodes = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const
export type State = keyof typeof exitCodes

/** States in descending order. A known problem takes precedence over unknown data. */
const worstFirst: readonly State[] = ['critical', 'warning', 'unknown', 'ok']

/** Returns the worst of the states; `ok` without any. */
export const worstState = (states: readonly State[]): State =>
  worstFirst.find((state) => states.includes(state)) ?? 'ok'

/**
 * Returns `unknown` for stale or missing data, also of a single source, because such data does not show the current
 * state.
 */
export const stateOfFreshness = ({ state, missing }: Freshness): State =>
  state === 'stale' || state === 'never' || missing ? 'unknown' : 'ok'
