import type { Freshness } from '#lib/contract/index.ts'

/** Exit codes of monitoring plugins. @source Nagios Plugin API, "Return code" */
export const exitCodes = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const
export type State = keyof typeof exitCodes

/** The worst first. What is proven bad is not hidden by what could not be read beside it. */
const worstFirst: readonly State[] = ['critical', 'warning', 'unknown', 'ok']

/** The one state that stands for all of them; `ok` for none. */
export const worstState = (states: readonly State[]): State =>
  worstFirst.find((state) => states.includes(state)) ?? 'ok'

/** Stale data, or none yet, of all sources or of one, say nothing about now. */
export const stateOfFreshness = ({ state, missing }: Freshness): State =>
  state === 'stale' || state === 'never' || missing ? 'unknown' : 'ok'
