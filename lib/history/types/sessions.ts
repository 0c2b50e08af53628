import type { SessionState } from '#lib/bgp/index.ts'
import type { Bounds, EpochMs, SessionReport, SessionSample } from '#lib/contract/index.ts'
import type { KnownSpan } from './known.ts'
import type { PollHealth, SourceRef } from './sources.ts'

type Sampled = 'downReason' | 'prefixesReceived' | 'messagesSent' | 'messagesReceived' | 'establishedAt'

/** A BGP session with the facts that a verdict needs (detection's SessionFacts). Messages are null if it is read as of the past. */
export interface SessionAt extends SourceRef, Pick<SessionSample, Sampled> {
  kind: 'peers' | 'summary'
  localAddress: string
  neighbor: string
  asn: number | null
  /** the last state that a poll read */
  last: { state: SessionState; azureState: string }
  /** `missing`: its instance answered without this row; `silent`: its instance did not answer */
  presence: 'present' | 'missing' | 'silent'
  /** good polls in a row without the row; estimated from the interval if read as of the past */
  missingPolls: number
  everEstablished: boolean
  /** when it came into `last` (or, `missing`, when the row went) */
  since: Bounds
  /** of a session that is down and was up before, seen or not: when it fell, by its age; null = not reported */
  fellAt: Bounds | null
  establishedTransitions: number
  /** end of the last good poll that held this row; null = no poll held it */
  lastSeenAt: EpochMs | null
  poll: PollHealth
}

export type SessionIntervalRow = SourceRef &
  KnownSpan &
  SessionReport &
  Pick<SessionAt, 'kind' | 'localAddress' | 'neighbor' | 'establishedAt'>

/** How many prefixes a session had, and for how long. */
export interface PrefixCountRow extends SourceRef, KnownSpan, Pick<SessionAt, 'kind' | 'localAddress' | 'neighbor'> {
  prefixesReceived: number
}
