import { kinds } from '#lib/azure/kinds/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { type TimeSpan, unionOf } from '#lib/contract/time/spans.ts'

export interface PollWindow extends TimeSpan {
  /** earlier periods to read once more, for what arrived late; oldest first, apart from each other */
  again?: readonly TimeSpan[]
}

/** Whether a kind is requested for a period. */
export const isWindowed = (kind: PollKind): boolean => kinds[kind].window !== undefined

/**
 * The period to request: since what is read, and as much before it as may have arrived late. Null: the kind has none.
 * A kind that is read again by age is not read over and over in between: with each poll every moment passes each of the ages once. After
 * a longer silence the periods would be as long as the silence; what came late before it is then read in one piece with the rest.
 * @param readUpTo what was read to its end; null = nothing yet
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
