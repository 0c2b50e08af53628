import type {
  CauseOwner,
  DelayBound,
  EventKind,
  Explanation,
  NotificationReason,
  OperatorCard,
  Severity,
} from '#lib/contract/index.ts'

/** ISO 8601 UTC, both ends included. */
export type IsoBounds = readonly [string, string]

/** What is said of one incident in one message: as it was when that was decided, so that a late delivery says what was meant. */
export interface IncidentContent {
  reason: Exclude<NotificationReason, 'digest' | 'test'>
  severity: Severity
  /** null of what is told of Peerwatch itself */
  incidentId: string | null
  kind: EventKind
  /** short id of the circuit or gateway; of a silence the subscription, or '' */
  scope: string
  scopeName: string
  subject: string
  started: IsoBounds
  /** null while it lasts */
  ended: IsoBounds | null
  /** how long it lasted, in seconds; null while it does */
  outage: { atLeastSeconds: number; atMostSeconds: number } | null
  owner: CauseOwner
  cause: string
  /** what its circuits have in common that would explain it; empty = nothing known does. Absent in what was written before */
  explainedBy?: readonly Explanation[]
  /** 0 = none is claimed */
  confidence: number
  nextStep: string
  /** a line for each statement, in words */
  evidence: readonly string[]
  /** how late it is told, at the most; null where nothing tells. Absent in what was written before */
  delay?: DelayBound | null
  /** incident by which its failing polls had been told before it was proved; null or absent = there is none */
  continues?: string | null
  /** events beside the one that explains it */
  otherEvents: number
  acknowledged: { by: string; at: string; note: string | null } | null
  /** the last good sample, when it is too old to say that it is still so */
  unverifiableSince: string | null
  /** what the people who run it call it, and whom to ring */
  card: Card | null
  at: string
}

export type Card = Pick<OperatorCard, 'displayName' | 'serviceId' | 'contact' | 'runbookUrl' | 'note'>

export interface DigestContent {
  reason: 'digest'
  severity: Severity
  /** everything that was held, in the order in which it was decided */
  entries: readonly IncidentContent[]
  at: string
}

export interface TestContent {
  reason: 'test'
  severity: Severity
  channel: string
  at: string
}

export type Content = IncidentContent | DigestContent | TestContent

/** A message on its way to one channel. */
export interface Message {
  /** the same for each attempt */
  id: string
  /** id of the message that told the opening; null = this one, or there is none */
  inReplyTo: string | null
  content: Content
}
