import { MAX_ON_TIME_LATE_SHARE, MIN_PATIENT_INTERVAL_RATIO, MIN_URGENT_LATE_SHARE } from '../claim.ts'

/** A due poll of a resource that runs one operation at a time. Times and durations are in milliseconds. */
export type DuePollOfResource = {
  /** whether the poll's kind takes precedence (the state of sessions rather than a table) */
  isFirst: boolean
  /** time at which the poll was due */
  nextAt: number
  /** current interval; during a burst the interval of the burst */
  everyMs: number
  /** the configured interval, if the interval in force is longer; absent = the same */
  configuredMs?: number
  /** time at which the poll was requested in addition to its interval; null = not requested */
  askedAt: number | null
  /** whether the poll is made more often for a limited time */
  isBurst: boolean
  /** duration of the poll's operations; null = not known yet */
  runMs: number | null
}

export type ResourceOperationHistory = {
  /** whether the last operation on the resource was not of the first kinds (sessions), or there was none yet */
  followsTable: boolean
  /** polls of the resource of the first kinds (sessions), due or not; null = there are none */
  first: FirstPolls | null
}

type FirstPolls = {
  /** the earliest time at which one of them is due */
  dueAt: number
  /** the earliest time after which one of them is late by more than {@link MAX_ON_TIME_LATE_SHARE} */
  keptUntil: number
  /** the shortest interval, without bursts */
  everyMs: number
}

/** Returns the summary of the polls of the first kinds of one resource; null = there are none. */
export function summarizeSessionPolls(polls: readonly { nextAt: number; everyMs: number }[]): FirstPolls | null {
  if (polls.length === 0) return null
  return {
    dueAt: Math.min(...polls.map(({ nextAt }) => nextAt)),
    keptUntil: Math.min(...polls.map(keptUntil)),
    everyMs: Math.min(...polls.map(({ everyMs }) => everyMs)),
  }
}

/**
 * Returns the poll that runs next on a resource that runs one operation at a time. `claimDuePolls` makes the same decision
 * in SQL.
 * - Sessions take precedence over tables. A table that is not urgent begins only if it ends before the next session is
 * due.
 * - A table is urgent if it is late by a twentieth of its interval, or if a third of its allowed wait has passed, which
 * ends after four configured intervals. It is also urgent if a burst or a change requests it. An urgent table takes
 * precedence over sessions, but two tables never run in a row while a session is due, so that a session waits for one
 * operation at most.
 * - A table is not urgent if it is late by more than a tenth of its interval and would make a session late by as much.
 * This applies for at most one session interval, and only if the table's interval is at least three session intervals.
 * A poll that can still be on time is preferred to a poll that no longer can.
 * - The urgent table that must begin first to be polled within four intervals is preferred; a requested table must
 * begin immediately.
 * So each table is polled in that time, if the run times allow it.
 * @returns null if no poll may begin now
 */
export function nextTurn(
  candidates: readonly DuePollOfResource[],
  resource: ResourceOperationHistory,
  now: number,
): DuePollOfResource | null {
  const ranked = candidates.flatMap((candidate) => {
    const rank = rankOf(candidate, resource, now)
    return rank === null ? [] : [{ candidate, rank, deadline: deadlineOf(candidate) }]
  })
  ranked.sort((a, b) => a.rank - b.rank || a.deadline - b.deadline)
  return ranked[0]?.candidate ?? null
}

function rankOf(
  candidate: DuePollOfResource,
  { followsTable, first }: ResourceOperationHistory,
  now: number,
): number | null {
  if (candidate.isFirst) return 2
  if (isUrgent(candidate, first, now)) return followsTable ? 3 : 1
  return first === null || now + (candidate.runMs ?? 0) <= first.dueAt ? 4 : null
}

function isUrgent(candidate: DuePollOfResource, first: FirstPolls | null, now: number): boolean {
  const { askedAt, isBurst } = candidate
  return (
    askedAt !== null ||
    isBurst ||
    (computeTimePollBecomesUrgent(candidate) <= now && (first === null || !yieldsTo(first, candidate, now)))
  )
}

/**
 * Reports whether a table is already too late, and waiting for it would make the next session too late, which is still
 * on time.
 */
function yieldsTo(first: FirstPolls, table: DuePollOfResource, now: number): boolean {
  const tooLateMs = now - keptUntil(table)
  const isTooLate = tooLateMs > 0 && tooLateMs <= first.everyMs
  const isPatient = table.everyMs >= MIN_PATIENT_INTERVAL_RATIO * first.everyMs
  return isPatient && isTooLate && now <= first.keptUntil && first.keptUntil < now + (table.runMs ?? 0)
}

const keptUntil = ({ nextAt, everyMs }: Pick<DuePollOfResource, 'nextAt' | 'everyMs'>): number =>
  nextAt + MAX_ON_TIME_LATE_SHARE * everyMs

/** Returns the time from which a due table takes precedence over sessions without a request. */
export function computeTimePollBecomesUrgent(
  candidate: Pick<DuePollOfResource, 'nextAt' | 'everyMs' | 'configuredMs'>,
): number {
  return candidate.nextAt + Math.min(slackMs(candidate) / 3, MIN_URGENT_LATE_SHARE * candidate.everyMs)
}

/**
 * Returns how long a table may wait after it was due, in milliseconds, so that it is polled within four intervals. It
 * was last polled at least one interval before it was due.
 */
const slackMs = ({ everyMs, configuredMs = everyMs }: Pick<DuePollOfResource, 'everyMs' | 'configuredMs'>): number =>
  Math.max(0, 4 * Math.min(configuredMs, everyMs) - everyMs)

function deadlineOf(candidate: DuePollOfResource): number {
  const { isFirst, nextAt, everyMs, askedAt } = candidate
  return Math.min(askedAt ?? Number.POSITIVE_INFINITY, nextAt + (isFirst ? everyMs : slackMs(candidate)))
}
