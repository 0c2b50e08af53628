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

/**
 * Content of a message about one incident, as known when the notice was decided. A late delivery does not change it.
 */
export interface IncidentContent {
  reason: Exclude<NotificationReason, 'digest' | 'findings' | 'posture' | 'test'>
  severity: Severity
  /**
   * ID of the incident; null in messages about Peerwatch's own missing data, and about predicted effects of announced
   * work
   */
  incidentId: string | null
  kind: EventKind
  /** short ID of the circuit or gateway; in messages about missing data, the subscription ('' = all) */
  scope: string
  scopeName: string
  subject: string
  started: IsoBounds
  /** bounds of the end; null while the incident is ongoing */
  ended: IsoBounds | null
  /** reason why the incident ended without a recovery; null = it recovered or is ongoing. Absent in older messages */
  notBack?: string | null
  /** outages of the incident, several if it recovered in between. Absent in older messages */
  outages?: readonly { started: IsoBounds; ended: IsoBounds | null }[]
  /** total duration of the outages in seconds; null while the incident is ongoing */
  outage: { atLeastSeconds: number; atMostSeconds: number } | null
  owner: CauseOwner
  cause: string
  /**
   * properties that the incident's circuits have in common and that would explain it; empty = none known. Absent in
   * older messages
   */
  explainedBy?: readonly Explanation[]
  /** observed effects in one line; null = no effect was observed. Absent in older messages */
  impact?: string | null
  /** confidence of the cause, 0 to 1; 0 = no probable cause */
  confidence: number
  nextStep: string
  /** evidence of the incident, one line per statement */
  evidence: readonly string[]
  /** upper bound of the delay until detection and notification; null = no bound is known. Absent in older messages */
  delay?: DelayBound | null
  /**
   * ID of the earlier incident that was notified about the failing polls that this incident explains; null or absent if
   * there is none
   */
  continues?: string | null
  /** number of the incident's events in addition to the root event */
  otherEvents: number
  acknowledged: { by: string; at: string; note: string | null } | null
  /** assigned user; null = not assigned. Absent in older messages */
  assigned?: { assignee: string; by: string; at: string; note: string | null } | null
  /**
   * time of the last good sample, if it is too old to confirm that the incident is still open; null = it is not too old
   */
  unverifiableSince: string | null
  /**
   * policy and step (from 1) of an escalation, and the time since which the incident is unacknowledged; absent in other
   * messages
   */
  escalation?: { policy: string; step: number; steps: number; round: number; since: string }
  /** user and note of a message that a user sent manually; absent in other messages */
  sent?: { by: string; note: string | null }
  /** name, contact and runbook that operators entered for the resource */
  card: Card | null
  /** predicted effects, in messages about announced work. Absent in all other messages */
  ahead?: PredictedLossText
  at: string
}

/** Predicted effects of announced work (maintenance), in the same words as on the page Weeks ahead. */
export interface PredictedLossText {
  from: string
  to: string
  /** time until the work begins, such as `1 day` */
  lead: string
  /** titles of the maintenance windows */
  work: readonly string[]
  summary: string
  /** summary of the previous notice; null = unchanged, or no previous notice */
  before: string | null
  /** reason why the notice no longer applies; null = it still applies */
  over: 'begun' | 'harmless' | 'joined' | 'moved' | 'cancelled' | null
}

export type Card = Pick<OperatorCard, 'displayName' | 'serviceId' | 'contact' | 'runbookUrl' | 'note'>

interface DigestContent extends Pick<FindingsContent, 'severity' | 'at'> {
  reason: 'digest'
  /** the customer to whom all incidents of the digest belong; null = no customer. Absent in older messages */
  customer?: string | null
  /** all held notices of one customer, in the order in which they were decided */
  entries: readonly IncidentContent[]
}

/** Weekly findings of the cost checks. */
export interface FindingsContent {
  reason: 'findings'
  severity: Severity
  /** Monday of the digest's week, YYYY-MM-DD */
  monday: string
  /** findings that are ongoing or ended in the week before, each about one customer */
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
  /** the most severe failing checks, without checks whose failure was accepted */
  entries: readonly PostureEntry[]
  /** IDs of all failing checks, including checks that `entries` omits */
  failing: readonly string[]
  /**
   * changes compared with last week's digest: number of checks that fail since then, and number of its checks that no
   * longer fail; null = there was no such digest
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
  /** ID of the message, equal for all delivery attempts */
  id: string
  /** ID of the message about the opening; null = this message is the opening, or there is none */
  inReplyTo: string | null
  content: Content
}
