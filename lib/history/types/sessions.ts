import type { SessionState } from '#lib/bgp/index.ts'
import type { TimestampBounds, EpochMs, SessionReport, SessionSample } from '#lib/contract/index.ts'
import type { SinceAndUntilBounds } from './known.ts'
import type { PollHealth, SourceRef } from './sources.ts'

type Sampled = 'downReason' | 'prefixesReceived' | 'messagesSent' | 'messagesReceived' | 'establishedAt'

/**
 * BGP session at a moment, with the facts from which detection derives its state (SessionVerdictInput). Message counts are
 * null if a past moment was requested.
 */
export interface SessionAtMoment extends SourceRef, Pick<SessionSample, Sampled> {
  kind: 'peers' | 'summary'
  localAddress: string
  neighbor: string
  asn: number | null
  /** the last state that a poll read for the session */
  last: { state: SessionState; azureState: string }
  /**
   * `present`: the last poll contained the session's row. `missing`: its gateway instance responded without this row.
   * `silent`: its instance did not respond.
   */
  presence: 'present' | 'missing' | 'silent'
  /**
   * number of consecutive successful polls without the row; for a past moment it is estimated from the poll interval
   */
  missingPolls: number
  everEstablished: boolean
  /**
   * bounds of the time at which the session entered the state `last` or, if the presence is `missing`, at which its row
   * disappeared
   */
  since: TimestampBounds
  /**
   * bounds of the time at which the session went down, by its reported age, if it is down and was up before; null = not
   * reported
   */
  fellAt: TimestampBounds | null
  establishedTransitions: number
  /** end of the last successful poll with this row; estimated if a past moment was requested */
  lastSeenAt: EpochMs | null
  poll: PollHealth
}

export type SessionIntervalRow = SourceRef &
  SinceAndUntilBounds &
  SessionReport &
  Pick<SessionAtMoment, 'kind' | 'localAddress' | 'neighbor' | 'establishedAt'>

/** Number of prefixes that a session received, with the period in which it had this number. */
export interface PrefixCountRow
  extends SourceRef,
    SinceAndUntilBounds,
    Pick<SessionAtMoment, 'kind' | 'localAddress' | 'neighbor'> {
  prefixesReceived: number
}
