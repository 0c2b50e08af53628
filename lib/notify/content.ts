import type { CostFinding } from '#lib/cost/api/index.ts'
import type {
  CauseOwner,
  DelayBound,
  EventKind,
  Explanation,
  NotificationReason,
  OperatorCard,
  Severity,
} from '#lib/contract/index.ts'
import type { PostureCheck } from '#lib/resilience/api/index.ts'

/** Bounds of a time, ISO 8601 UTC, both included. */
export type IsoBounds = readonly [string, string]

/** One incident in one message, as known when the notice was decided. A late delivery does not change it. */
export interface IncidentContent {
  reason: Exclude<NotificationReason, 'digest' | 'findings' | 'posture' | 'test'>
  severity: Severity
  /** null for Peerwatch's own missing data, and for predicted effects of announced work */
  incidentId: string | null
  kind: EventKind
  /** short ID of the circuit or gateway; for missing data the subscription, '' = all */
  scope: string
  scopeName: string
  subject: string
  started: IsoBounds
  /** null while it is ongoing */
  ended: IsoBounds | null
  /** why the incident ended without a recovery; null = recovered, or ongoing. Absent in older messages */
  notBack?: string | null
  /** outages of the incident, several if it recovered in between. Absent in older messages */
  outages?: readonly { started: IsoBounds; ended: IsoBounds | null }[]
  /** total duration of the outages in seconds; null while it is ongoing */
  outage: { atLeastSeconds: number; atMostSeconds: number } | null
  owner: CauseOwner
  cause: string
  /** common properties of its circuits that would explain the incident; empty = none known. Absent in older messages */
  explainedBy?: readonly Explanation[]
  /** observed effects in one line; null = none observed. Absent in older messages */
  impact?: string | null
  /** 0 to 1; 0 = no probable cause */
  confidence: number
  nextStep: string
  /** evidence of the incident, one line per statement */
  evidence: readonly string[]
  /** upper bound of the detection and notification delay; null = no bound is known. Absent in older messages */
  delay?: DelayBound | null
  /** the earlier incident under which its failing polls were notified; null or absent if there is none */
  continues?: string | null
  /** number of events in addition to the root event */
  otherEvents: number
  acknowledged: { by: string; at: string; note: string | null } | null
  /** the assignee; null = not assigned. Absent in older messages */
  assigned?: { assignee: string; by: string; at: string; note: string | null } | null
  /** time of the last good sample, if it is too old to confirm that the incident is still open */
  unverifiableSince: string | null
  /** for an escalation: its policy and step (from 1), and the time since when the incident is unacknowledged */
  escalation?: { policy: string; step: number; steps: number; round: number; since: string }
  /** for a message that a user sent manually: the user and their note */
  sent?: { by: string; note: string | null }
  /** name, contact and runbook that operators entered for the resource */
  card: Card | null
  /** for announced work: its predicted effects. Absent in all other messages */
  ahead?: PredictedLossText
  at: string
}

/** Predicted effects of announced work, as texts of the page Weeks ahead. */
export interface PredictedLossText {
  from: string
  to: string
  /** time until the work begins, such as `1 day` */
  lead: string
  /** titles of the maintenance windows */
  work: readonly string[]
  summary: string
  /** the previous summary; null = unchanged, or no previous notice */
  before: string | null
  /** why the notice no longer applies; null = it still applies */
  over: 'begun' | 'harmless' | 'joined' | 'moved' | 'cancelled' | null
}

export type Card = Pick<OperatorCard, 'displayName' | 'serviceId' | 'contact' | 'runbookUrl' | 'note'>

interface DigestContent extends Pick<FindingsContent, 'severity' | 'at'> {
  reason: 'digest'
  /** the customer of all its incidents; null = no customer. Absent in older messages */
  customer?: string | null
  /** all held notices of one customer, in the order of their decisions */
  entries: readonly IncidentContent[]
}

/** Weekly findings of the cost checks. */
export interface FindingsContent {
  reason: 'findings'
  severity: Severity
  /** the digest's Monday, YYYY-MM-DD */
  monday: string
  /** findings that are ongoing or ended in the week before, each for one customer */
  entries: readonly CostFinding[]
  /** number of findings that began in the week before */
  fresh: number
  at: string
}

/** A failing posture check in the weekly digest. */
export type PostureEntry = Pick<
  PostureCheck,
  'id' | 'name' | 'subject' | 'customer' | 'severity' | 'reason' | 'remedy' | 'source'
>

/** Weekly results of the posture checks. */
export interface PostureContent extends Pick<FindingsContent, 'severity' | 'monday' | 'at'> {
  reason: 'posture'
  /** the most severe failing checks, without accepted ones */
  entries: readonly PostureEntry[]
  /** IDs of all failing checks */
  failing: readonly string[]
  /**
   * number of checks that fail since last week's digest, and number of checks in that digest that no longer fail; null
   * = there was no such digest
   */
  since: { fresh: number; over: number } | null
  /** predicted effects of announced work in this week, times in UTC. Absent in older messages */
  ahead?: readonly string[]
}

interface TestContent {
  reason: 'test'
  severity: Severity
  channel: string
  at: string
}

export type Content = IncidentContent | DigestContent | FindingsContent | PostureContent | TestContent

/** A message to one channel. */
export interface Message {
  /** equal for all attempts */
  id: string
  /** ID of the message about the opening; null = this message is the opening, or there is none */
  inReplyTo: string | null
  content: Content
}
