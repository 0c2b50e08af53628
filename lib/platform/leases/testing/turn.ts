import { KEPT_LATE, PATIENT_INTERVALS, URGENT_LATE } from '../claim.ts'

/** A due poll of a resource that runs one operation at a time. Times and durations in milliseconds. */
export type TurnCandidate = {
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
  /** its polls of the first kinds, due or not; null = there are none */
  first: FirstPolls | null
}

type FirstPolls = {
  /** the earliest time at which one is due */
  dueAt: number
  /** the earliest time after which one is late by more than {@link KEPT_LATE} */
  keptUntil: number
  /** the shortest interval, bursts aside */
  everyMs: number
}

/** @returns what the turn depends on of the polls of the first kinds of one resource; null = there are none */
export function firstPollsOf(polls: readonly { nextAt: number; everyMs: number }[]): FirstPolls | null {
  if (polls.length === 0) return null
  return {
    dueAt: Math.min(...polls.map(({ nextAt }) => nextAt)),
    keptUntil: Math.min(...polls.map(keptUntil)),
    everyMs: Math.min(...polls.map(({ everyMs }) => everyMs)),
  }
}

/**
 * Whose turn it is on a resource that runs one operation at a time. `claimDue` decides the same in SQL.
 *
 * - Sessions go before tables; a table begins beside them only when it ends before the next session is due.
 * - A table is urgent once it is late by a twentieth of its interval, or a third of what it may still wait for is over, of four
 *   configured intervals. So it is when a burst or a change asks for it. Then it goes before sessions, but never
 *   two tables in a row while a session is due: a session waits for one operation at most.
 * - A table that is late by more than a tenth of its interval, which is three of the sessions' or longer, is not urgent, for an interval of the
 *   sessions at most, where a session would be so late because of it: what can still be in time goes before what no longer can.
 * - Among urgent tables the one goes first that must begin first to be read within four intervals; what is asked for must at once.
 *   So each is read in that time, where run times allow it.
 * @returns null when none may begin now
 */
export function nextTurn(
  candidates: readonly TurnCandidate[],
  resource: ResourceState,
  now: number,
): TurnCandidate | null {
  const ranked = candidates.flatMap((candidate) => {
    const rank = rankOf(candidate, resource, now)
    return rank === null ? [] : [{ candidate, rank, deadline: deadlineOf(candidate) }]
  })
  ranked.sort((a, b) => a.rank - b.rank || a.deadline - b.deadline)
  return ranked[0]?.candidate ?? null
}

function rankOf(candidate: TurnCandidate, { followsTable, first }: ResourceState, now: number): number | null {
  if (candidate.isFirst) return 2
  if (isUrgent(candidate, first, now)) return followsTable ? 3 : 1
  return first === null || now + (candidate.runMs ?? 0) <= first.dueAt ? 4 : null
}

function isUrgent(candidate: TurnCandidate, first: FirstPolls | null, now: number): boolean {
  const { askedAt, isBurst } = candidate
  return (
    askedAt !== null || isBurst || (urgentAt(candidate) <= now && (first === null || !yieldsTo(first, candidate, now)))
  )
}

/** Whether a table is too late already, and the next session is not yet, unless it waits for the table. */
function yieldsTo(first: FirstPolls, table: TurnCandidate, now: number): boolean {
  const tooLateMs = now - keptUntil(table)
  const isTooLate = tooLateMs > 0 && tooLateMs <= first.everyMs
  const isPatient = table.everyMs >= PATIENT_INTERVALS * first.everyMs
  return isPatient && isTooLate && now <= first.keptUntil && first.keptUntil < now + (table.runMs ?? 0)
}

const keptUntil = ({ nextAt, everyMs }: Pick<TurnCandidate, 'nextAt' | 'everyMs'>): number =>
  nextAt + KEPT_LATE * everyMs

/** From when on a table that is due goes before sessions, though nothing asks for it. */
export function urgentAt(candidate: Pick<TurnCandidate, 'nextAt' | 'everyMs' | 'configuredMs'>): number {
  return candidate.nextAt + Math.min(slackMs(candidate) / 3, URGENT_LATE * candidate.everyMs)
}

/** For how long after it was due a table may wait: it was last read no earlier than an interval before. */
const slackMs = ({ everyMs, configuredMs = everyMs }: Pick<TurnCandidate, 'everyMs' | 'configuredMs'>): number =>
  Math.max(0, 4 * Math.min(configuredMs, everyMs) - everyMs)

function deadlineOf(candidate: TurnCandidate): number {
  const { isFirst, nextAt, everyMs, askedAt } = candidate
  return Math.min(askedAt ?? Number.POSITIVE_INFINITY, nextAt + (isFirst ? everyMs : slackMs(candidate)))
}
