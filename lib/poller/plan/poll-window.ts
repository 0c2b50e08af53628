import { pollKindDefinitions } from '#lib/azure/kinds/index.ts'
import type { EpochMs, PollKind } from '#lib/contract/index.ts'
import { type TimeInterval, mergeTimeIntervals } from '#lib/contract/time/time-spans.ts'

export interface PeriodsReadByPoll extends TimeInterval {
  /** Earlier periods that are read again, because entries may arrive late; oldest first, without overlap. */
  again?: readonly TimeInterval[]
}

/** Reports whether polls of a kind read a period of time, such as the entries of a log. */
export const isPeriodPollKind = (kind: PollKind): boolean => pollKindDefinitions[kind].window !== undefined

/**
 * Returns the period that a poll reads; null if the kind does not read periods. The period ends now. It begins a little
 * before the end of the last period that was read, because entries may arrive late. A kind with `againMs` also reads
 * each period again, once at each of the ages in `againMs`, so that not every poll must read a long period for late
 * entries. If the last read is longer ago than these ages, everything is read in one period.
 * @param readUpTo end of the time that was read completely; null = nothing was read yet
 */
export function computePollWindow(kind: PollKind, readUpTo: EpochMs | null, now: EpochMs): PeriodsReadByPoll | null {
  const { window } = pollKindDefinitions[kind]
  if (!window) return null
  if (readUpTo === null) return { from: now - window.firstMs, to: now }
  const { againMs = [] } = window
  const latest = Math.max(window.lateMs, ...againMs)
  const isBehind = now - readUpTo > latest
  const since = readUpTo - (isBehind ? latest : window.lateMs)
  const from = Math.min(Math.max(since, now - window.mostMs), now)
  if (isBehind || againMs.length === 0) return { from, to: now }
  const periods = againMs.map((age) => ({ from: readUpTo - age, to: now - age }))
  const [main, ...again] = mergeTimeIntervals([...periods, { from, to: now }]).toReversed()
  return { ...(main ?? { from, to: now }), again: again.toReversed() }
}
