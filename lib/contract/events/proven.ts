import type { EpochMs } from '../time/time.ts'

/** What an answer says of how far something is proven; absent = nothing. */
export interface Proven {
  confirmedAt?: string | null
  unverifiedSince?: string | null
  unconfirmedSince?: string | null
  notObservedSeconds?: number
}

/** Until when polls prove what goes on: the polls that show it, else those behind its state, else until now. */
export const provenTo = ({ confirmedAt, unverifiedSince, unconfirmedSince }: Proven, now: EpochMs): EpochMs => {
  const at = confirmedAt ?? unverifiedSince ?? unconfirmedSince
  return at ? Math.min(now, Date.parse(at)) : now
}

/** How long what goes on has lasted at least, milliseconds, without what no poll saw. @param begun when it had begun by */
export const leastSince = (begun: EpochMs, proven: Proven, now: EpochMs): number =>
  Math.max(0, provenTo(proven, now) - begun - (proven.notObservedSeconds ?? 0) * 1_000)
