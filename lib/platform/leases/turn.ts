/** A due poll of a resource that runs one operation at a time. Times and durations in milliseconds. */
export type Candidate = {
  /** of a kind that goes before others: the state of sessions, rather than a table */
  isFirst: boolean
  /** when it was due */
  nextAt: number
  /** its interval for now: a burst's while one lasts */
  everyMs: number
  /** the configured interval where the one in force is longer; absent = the same */
  configuredMs?: number
  /** when something asked for it beyond its interval; null = nothing did */
  askedAt: number | null
  /** polled faster for a while */
  isBurst: boolean
  /** how long its operations take; null = not known yet */
  runMs: number | null
}

export type ResourceState = {
  /** whether the last operation on it was none of the first kinds, or there was none yet */
  followsTable: boolean
  /** the earliest due time of its polls of the first kinds; null = there are none */
  firstDueAt: number | null
}

/** A table that is late by this share of its interval goes before sessions, so that its interval is kept. */
export const URGENT_LATE = 0.05

/**
 * Whose turn it is on a resource that runs one operation at a time. `claimDue` decides the same in SQL.
 *
 * - Sessions go before tables; a table begins beside them only when it ends before the next session is due.
 * - A table is urgent once it is late by a twentieth of its interval, or a third of what it may still wait for is over, of four
 *   configured intervals. So it is when a burst or a change asks for it. Then it goes before sessions, but never
 *   two tables in a row while a session is due: a session waits for one operation at most.
 * - Among urgent tables the one goes first that must begin first to be read within four intervals; what is asked for must at once.
 *   So each is read in that time, where run times allow it.
 * @returns null when none may begin now
 */
export function nextTurn(candidates: readonly Candidate[], resource: ResourceState, now: number): Candidate | null {
  const ranked = candidates.flatMap((candidate) => {
    const rank = rankOf(candidate, resource, now)
    return rank === null ? [] : [{ candidate, rank, deadline: deadlineOf(candidate) }]
  })
  ranked.sort((a, b) => a.rank - b.rank || a.deadline - b.deadline)
  return ranked[0]?.candidate ?? null
}

function rankOf(candidate: Candidate, { followsTable, firstDueAt }: ResourceState, now: number): number | null {
  if (candidate.isFirst) return 2
  if (isUrgent(candidate, now)) return followsTable ? 3 : 1
  return firstDueAt === null || now + (candidate.runMs ?? 0) <= firstDueAt ? 4 : null
}

function isUrgent(candidate: Candidate, now: number): boolean {
  const { askedAt, isBurst } = candidate
  return askedAt !== null || isBurst || urgentAt(candidate) <= now
}

/** From when on a table that is due goes before sessions, though nothing asks for it. */
export function urgentAt(candidate: Pick<Candidate, 'nextAt' | 'everyMs' | 'configuredMs'>): number {
  return candidate.nextAt + Math.min(slackMs(candidate) / 3, URGENT_LATE * candidate.everyMs)
}

/** For how long after it was due a table may wait: it was last read no earlier than an interval before. */
const slackMs = ({ everyMs, configuredMs = everyMs }: Pick<Candidate, 'everyMs' | 'configuredMs'>): number =>
  Math.max(0, 4 * Math.min(configuredMs, everyMs) - everyMs)

function deadlineOf(candidate: Candidate): number {
  const { isFirst, nextAt, everyMs, askedAt } = candidate
  return Math.min(askedAt ?? Number.POSITIVE_INFINITY, nextAt + (isFirst ? everyMs : slackMs(candidate)))
}
