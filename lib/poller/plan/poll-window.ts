import { kinds } from '#lib/azure/kinds/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { type TimeSpan, unionOf } from '#lib/contract/time/spans.ts'

export interface PollWindow extends TimeSpan {
  /** earlier periods that are read again for late entries; oldest first, without overlap */
  again?: readonly TimeSpan[]
}

/** Reports whether a kind is polled for a period. */
export const isWindowed = (kind: PollKind): boolean => kinds[kind].window !== undefined

/**
 * Returns the period to poll: from the end of the last read period, minus the time in which entries may still arrive,
 * until now; null if the kind has no window. For a kind with `againMs`, each moment is read again once at each of these
 * ages and not with every poll in between. After a long silence these periods would be as long as the silence, so
 * everything is read in one piece.
 * @param readUpTo end of the completely read period; null = nothing was read yet
 */
export function windowOf(kind: PollKind, readUpTo: EpochMs | null, now: EpochMs): PollWindow | null {
  const { window } = kinds[kind]
  if (!window) return null
  if (readUpTo === null) return { from: now - window.firstMs, to: now }
  const { againMs = [] } = window
  const latest = Math.max(window.lateMs, ...againMs)
  const isBehind = now - readUpTo > latest
  const since = readUpTo - (isBehind ? latest : window.lateMs)
  const from = Math.min(Math.max(since, now - window.mostMs), now)
  if (isBehind || againMs.length === 0) return { from, to: now }
  const periods = againMs.map((age) => ({ from: readUpTo - age, to: now - age }))
  const [main, ...again] = unionOf([...periods, { from, to: now }]).toReversed()
  return { ...(main ?? { from, to: now }), again: again.toReversed() }
}
