import type { Bounds, EpochMs, RouteChange } from '#lib/contract/index.ts'
import { concerns, type SessionMoment } from './session-moment.ts'

/** So many polls after a session came up, its first table may still be on its way. */
const DUMP_POLLS = 2

export interface LabelledChange {
  change: RouteChange
  /** it belongs to the table that a session sends when it comes up: kept, but no reason for a churn alert */
  initialDump: boolean
}

/** The time in which a session's first table may still be on its way. */
export interface InitialDump {
  session: SessionMoment
  /** end of the second good poll of the table that began after the session came up; infinite while there is none */
  until: EpochMs
}

/** @param polls [start, end] of the good polls of the route table, in any order */
export function initialDumps(sessionUps: readonly SessionMoment[], polls: readonly Bounds[]): InitialDump[] {
  const ordered = [...polls].sort((a, b) => a.lo - b.lo)
  return sessionUps.map((session) => {
    const after = ordered.filter((poll) => poll.lo >= session.at.hi)
    return { session, until: after[DUMP_POLLS - 1]?.hi ?? Number.POSITIVE_INFINITY }
  })
}

/**
 * Labels the changes that follow from a session's coming up: those seen from then on up to the second good poll of the
 * table that began after it. While fewer than two such polls are known, everything since then is labelled.
 * @param sessionUps when sessions came up, restarts included
 * @param polls [start, end] of the good polls of the route table, in any order
 */
export function labelInitialDump(
  changes: readonly RouteChange[],
  sessionUps: readonly SessionMoment[],
  polls: readonly Bounds[],
): LabelledChange[] {
  const dumps = initialDumps(sessionUps, polls)
  return changes.map((change) => ({
    change,
    initialDump: dumps.some(
      ({ session, until }) =>
        concerns(session, change) && change.between.hi >= session.at.lo && change.between.hi <= until,
    ),
  }))
}
