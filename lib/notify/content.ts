import type { CostFinding } from '#lib/cost/api/index.ts'
import type {
  CauseOwner,
  NotificationDelayBound,
  EventKind,
  IncidentExplanation,
  UserActionNeed,
  NotificationReason,
  OperatorCard,
  Severity,
} from '#lib/contract/index.ts'
import type { ResilienceCheck } from '#lib/resilience/api/index.ts'

/** Earliest and latest possible value of a time, ISO 8601 UTC. */
export type TimeBoundsAsIso = readonly [string, string]

/**
 * Content of a message about one incident, as it was when the notice was decided. A later delivery attempt sends the
 * same content.
 */
export interface IncidentContent {
  reason: Exclude<NotificationReason, 'digest' | 'findings' | 'posture' | 'test'>
  severity: Severity
  /**
   * ID of the incident; null if the message is about missing data of Peerwatch itself, or about predicted effects of
   * announced work
   */
  incidentId: string | null
  kind: EventKind
  /**
   * short ID of the circuit or gateway; in messages about missing data, the subscription ID ('' = all subscriptions)
   */
  scope: string
  scopeName: string
  subject: string
  started: TimeBoundsAsIso
  /** earliest and latest possible end of the incident; null while it is ongoing */
  ended: TimeBoundsAsIso | null
  /**
   * reason why the incident ended although no recovery was seen; null = it recovered or is ongoing. Absent in older
   * messages
   */
  notBack?: string | null
  /** outages of the incident; more than one if it recovered and failed again. Absent in older messages */
  outages?: readonly { started: TimeBoundsAsIso; ended: TimeBoundsAsIso | null }[]
  /** total duration of the outages in seconds; null while the incident is ongoing */
  outage: { atLeastSeconds: number; atMostSeconds: number } | null
  owner: CauseOwner
  cause: string
  /**
   * properties that all circuits of the incident have in common (for example a provider) and that may explain the
   * incident; empty = none known. Absent in older messages
   */
  explainedBy?: readonly IncidentExplanation[]
  /**
   * whether a person must act because of the incident, with the reason. Absent in older messages and in notices about
   * announced work
   */
  needsYou?: UserActionNeed
  /**
   * most serious obstacle to the failover of the affected traffic to another path, according to the route tables before
   * the incident; null = no obstacle is known. Absent in older messages
   */
  hindrance?: string | null
  /** observed effects in one line; null = no effect was observed. Absent in older messages */
  impact?: string | null
  /** confidence of the cause, 0 to 1; 0 = no probable cause */
  confidence: number
  nextStep: string
  /** evidence of the incident, one line per statement */
  evidence: readonly string[]
  /**
   * maximum delay until this incident was detected and notified; null = no maximum is known. Absent in older messages
   */
  delay?: NotificationDelayBound | null
  /**
   * ID of an earlier incident that reported only failing polls of the same fault and was already notified; null or
   * absent if there is none
   */
  continues?: string | null
  /** number of events of the incident, without its root event */
  otherEvents: number
  /**
   * with the reason `extended`, faults that joined the open incident since the last notice, or new faults of a flapping
   * incident (never its repetitions); with another reason, faults since the incident opened again. Absent before the
   * incident closes for the first time, and in messages `acknowledged` and `closed`
   */
  faults?: readonly FaultJoiningIncident[]
  acknowledged: { by: string; at: string; note: string | null } | null
  /** assigned user; null = not assigned. Absent in older messages */
  assigned?: { assignee: string; by: string; at: string; note: string | null } | null
  /**
   * time of the last successful sample, if no recent sample confirms that the incident is still open; null = a recent
   * sample confirms it
   */
  unverifiableSince: string | null
  /**
   * policy, step (from 1) and round of the escalation that sent this message, and the time since which the incident is
   * unacknowledged; absent in other messages
   */
  escalation?: { policy: string; step: number; steps: number; round: number; since: string }
  /** user and note, if a user sent this message by hand; absent in other messages */
  sent?: { by: string; note: string | null }
  /** name, contact and runbook that operators entered for the resource */
  card: OperatorCardContent | null
  /** predicted effects, in messages about announced work. Absent in all other messages */
  ahead?: PredictedLossSummary
  at: string
}

/** A fault that joined an open incident, or that opened an incident again. */
export interface FaultJoiningIncident
  extends Pick<IncidentContent, 'kind' | 'severity' | 'scope' | 'scopeName' | 'subject' | 'owner' | 'cause'> {
  startedBetween: TimeBoundsAsIso
}

/** Predicted effects of announced work (maintenance), in the same words as on the page "Weeks ahead". */
export interface PredictedLossSummary {
  from: string
  to: string
  /** time until the work begins, such as `1 day` */
  lead: string
  /** titles of the maintenance windows in which the work takes place */
  work: readonly string[]
  summary: string
  /** summary of the previous notice about this work; null = the summary is unchanged, or this is the first notice */
  before: string | null
  /** reason why the prediction no longer applies; null = it still applies */
  over: 'begun' | 'harmless' | 'joined' | 'moved' | 'cancelled' | null
}

export type OperatorCardContent = Pick<OperatorCard, 'displayName' | 'serviceId' | 'contact' | 'runbookUrl' | 'note'>

interface DigestContent extends Pick<FindingsContent, 'severity' | 'at'> {
  reason: 'digest'
  /**
   * customer of all incidents in the digest; null = the incidents do not belong to a customer. Absent in older messages
   */
  customer?: string | null
  /** the notices in this digest, in the order in which they were decided */
  entries: readonly IncidentContent[]
}

/** Weekly findings of the cost checks. */
export interface FindingsContent {
  reason: 'findings'
  severity: Severity
  /** Monday of the digest's week, YYYY-MM-DD */
  monday: string
  /** findings that are ongoing, or that ended in the week before the digest; each finding is about one customer */
  entries: readonly CostFinding[]
  /** number of findings that began in the week before */
  fresh: number
  at: string
}

/** A failing posture check in the weekly digest. */
export type PostureEntry = Pick<
  ResilienceCheck,
  'id' | 'name' | 'subject' | 'customer' | 'severity' | 'reason' | 'remedy' | 'source'
>

/** Weekly results of the posture checks. */
export interface PostureDigestMessageContent extends Pick<FindingsContent, 'severity' | 'monday' | 'at'> {
  reason: 'posture'
  /** the most severe failing checks, without checks whose failure was accepted */
  entries: readonly PostureEntry[]
  /** IDs of all failing checks, also of checks that the limited list `entries` leaves out */
  failing: readonly string[]
  /**
   * comparison with the digest of last week: number of checks that newly fail, and number of checks that no longer
   * fail; null = last week had no digest
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

export type MessageContent =
  | IncidentContent
  | DigestContent
  | FindingsContent
  | PostureDigestMessageContent
  | TestContent

/** A message to one channel. */
export interface ChannelMessage {
  /** ID of the message, equal for all delivery attempts */
  id: string
  /**
   * ID of the message about the opening of the same incident, so that a mail can be a reply to it; null = this message
   * is the opening, or there is none
   */
  inReplyTo: string | null
  content: MessageContent
}
