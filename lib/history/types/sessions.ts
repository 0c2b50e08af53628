import type { SessionState } from '#lib/bgp/index.ts'
import type { Bounds, EpochMs, SessionReport, SessionSample } from '#lib/contract/index.ts'
import type { KnownSpan } from './known.ts'
import type { PollHealth, SourceRef } from './sources.ts'

type Sampled = 'downReason' | 'prefixesReceived' | 'messagesSent' | 'messagesReceived' | 'establishedAt'

/**
 * BGP session at a moment, with the facts from which detection derives its state (SessionFacts). Message counts are
 * null for the past.
 */
export interface SessionAt extends SourceRef, Pick<SessionSample, Sampled> {
  kind: 'peers' | 'summary'
  localAddress: string
  neighbor: string
  asn: number | null
  /** the last state that a poll read */
  last: { state: SessionState; azureState: string }
  /** `missing`: its instance responded without this row; `silent`: its instance did not respond */
  presence: 'present' | 'missing' | 'silent'
  /** consecutive successful polls without the row; estimated from the interval for the past */
  missingPolls: number
  everEstablished: boolean
  /** bounds of the time at which it entered the state `last` or, if `missing`, at which the row disappeared */
  since: Bounds
  /** bounds of the time at which a session that is down and was up before went down, by its age; null = not reported */
  fellAt: Bounds | null
  establishedTransitions: number
  /** end of the last successful poll with this row; null for the past */
  lastSeenAt: EpochMs | null
  poll: PollHealth
}

export type SessionIntervalRow = SourceRef &
  KnownSpan &
  SessionReport &
  Pick<SessionAt, 'kind' | 'localAddress' | 'neighbor' | 'establishedAt'>

/** Number of prefixes of a session in a period. */
export interface PrefixCountRow extends SourceRef, KnownSpan, Pick<SessionAt, 'kind' | 'localAddress' | 'neighbor'> {
  prefixesReceived: number
}
