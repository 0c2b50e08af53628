import type { Freshness } from '#lib/contract/index.ts'

/** Exit codes of monitoring plugins. @source Nagios Plugin API, "Return code" */
export const exitCodes = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const
export type State = keyof typeof exitCodes

/** The worst first. What is proven critical stays so beside what is unknown; what is unknown may be critical, so it precedes a warning. */
const worstFirst: readonly State[] = ['critical', 'unknown', 'warning', 'ok']

/** The one state that stands for all of them; `ok` for none. */
export const worstOf = (states: readonly State[]): State => worstFirst.find((state) => states.includes(state)) ?? 'ok'

/** Stale data, or none yet, of all sources or of one, say nothing about now. */
export const stateOfFreshness = ({ state, missing }: Freshness): State =>
  state === 'stale' || state === 'never' || missing ? 'unknown' : 'ok'
