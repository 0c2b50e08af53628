import type { SessionState } from '#lib/bgp/index.ts'
import type { Bounds, EpochMs, SessionReport, SessionSample } from '#lib/contract/index.ts'
import type { KnownSpan } from './known.ts'
import type { PollHealth, SourceRef } from './sources.ts'

type Sampled = 'downReason' | 'prefixesReceived' | 'messagesSent' | 'messagesReceived' | 'establishedAt'

/** A BGP session as of a moment, with the facts that a verdict needs (detection's SessionFacts). Messages are null when asked for the past. */
export interface SessionAt extends SourceRef, Pick<SessionSample, Sampled> {
  kind: 'peers' | 'summary'
  localAddress: string
  neighbor: string
  asn: number | null
  /** the last state seen by then; inside a change's bounds the state before it */
  last: { state: SessionState; azureState: string }
  /** `missing`: its instance answered without this row; `silent`: its instance did not answer */
  presence: 'present' | 'missing' | 'silent'
  /** good polls in a row without the row; estimated from the interval when asked for the past */
  missingPolls: number
  everEstablished: boolean
  covered: boolean
  insideChange: boolean
  /** when it came into `last` (or, `missing`, when the row went) */
  since: Bounds
  /** of a session that is down and was up before, seen or not: when it fell, by its age; null = not reported */
  fellAt: Bounds | null
  establishedTransitions: number
  /** end of the last good poll that held this row; null when asked for the past */
  lastSeenAt: EpochMs | null
  /** the same for any moment; between two bounds within an interval of polls; null = no poll held it */
  lastSeen: Bounds | null
  /** of one that is up: up to when polls prove so; a fall that is seen next lies after it; null = each poll proves it when it begins; and when asked for now */
  provenAt: EpochMs | null
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
