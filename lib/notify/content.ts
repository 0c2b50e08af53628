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

/** ISO 8601 UTC, both ends included. */
export type IsoBounds = readonly [string, string]

/** One incident in one message, as known when the notice was decided: a late delivery is unchanged. */
export interface IncidentContent {
  reason: Exclude<NotificationReason, 'digest' | 'findings' | 'posture' | 'test'>
  severity: Severity
  /** null for Peerwatch's own missing data, and for what is ahead */
  incidentId: string | null
  kind: EventKind
  /** short id of the circuit or gateway; for missing data the subscription, '' = all */
  scope: string
  scopeName: string
  subject: string
  started: IsoBounds
  /** null while it lasts */
  ended: IsoBounds | null
  /** why it ended though nothing came back; null = it is back, or lasts. Absent in older messages */
  notBack?: string | null
  /** what was lost, and healthy in between, is several. Absent in older messages */
  outages?: readonly { started: IsoBounds; ended: IsoBounds | null }[]
  /** how long they lasted together, in seconds; null while it does */
  outage: { atLeastSeconds: number; atMostSeconds: number } | null
  owner: CauseOwner
  cause: string
  /** what its circuits have in common that would explain it; empty = nothing known. Absent in older messages */
  explainedBy?: readonly Explanation[]
  /** what its events show that it affects, in a line; null = they show nothing. Absent in older messages */
  impact?: string | null
  /** 0 to 1; 0 = no cause is claimed */
  confidence: number
  nextStep: string
  /** one line per statement */
  evidence: readonly string[]
  /** upper bound of the detection and notification delay; null = no bound is known. Absent in older messages */
  delay?: DelayBound | null
  /** the earlier incident under which its failing polls were notified; null or absent = none */
  continues?: string | null
  /** events besides the root event */
  otherEvents: number
  acknowledged: { by: string; at: string; note: string | null } | null
  /** who works on it; null = nobody. Absent in older messages */
  assigned?: { assignee: string; by: string; at: string; note: string | null } | null
  /** the last good sample, if it is too old to confirm that the incident is still open */
  unverifiableSince: string | null
  /** of an escalation: whose step it is, counted from 1, and since when nobody acknowledged */
  escalation?: { policy: string; step: number; steps: number; round: number; since: string }
  /** of a message that somebody sent by hand */
  sent?: { by: string; note: string | null }
  /** the operators' name, contact and runbook for it */
  card: Card | null
  /** of announced work: what it will take away. Absent in all other messages */
  ahead?: AheadText
  at: string
}

/** What announced work takes away, in the words of the weeks ahead. */
export interface AheadText {
  from: string
  to: string
  /** `1 day` */
  lead: string
  /** titles of the windows */
  work: readonly string[]
  summary: string
  /** what was said before; null = the same, or nothing */
  before: string | null
  /** why it is not ahead any more; null = it is */
  over: 'begun' | 'harmless' | 'joined' | 'moved' | 'cancelled' | null
}

export type Card = Pick<OperatorCard, 'displayName' | 'serviceId' | 'contact' | 'runbookUrl' | 'note'>

interface DigestContent extends Pick<FindingsContent, 'severity' | 'at'> {
  reason: 'digest'
  /** whose all of its incidents are; null = nobody's. Absent in older messages */
  customer?: string | null
  /** all held notices of one customer, in the order of their decisions */
  entries: readonly IncidentContent[]
}

/** What checks of cost found, once a week. */
export interface FindingsContent {
  reason: 'findings'
  severity: Severity
  /** the Monday that it is of, YYYY-MM-DD */
  monday: string
  /** those that go on and those that ended in the week before, each of one customer */
  entries: readonly CostFinding[]
  /** how many of them began in the week before */
  fresh: number
  at: string
}

/** A failing check of posture in the weekly digest. */
export type PostureEntry = Pick<
  PostureCheck,
  'id' | 'name' | 'subject' | 'customer' | 'severity' | 'reason' | 'remedy' | 'source'
>

/** What checks of posture found, once a week. */
export interface PostureContent extends Pick<FindingsContent, 'severity' | 'monday' | 'at'> {
  reason: 'posture'
  /** the worst of those that fail, and are accepted by nobody */
  entries: readonly PostureEntry[]
  /** ids of all of them */
  failing: readonly string[]
  /** how many of them were not in the digest of the week before, and how many of that one are over; null = there was none */
  since: { fresh: number; over: number } | null
  /** what announced work takes away in the week, times in UTC. Absent in older messages */
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
  /** the same for each attempt */
  id: string
  /** id of the message of the opening; null = this is it, or there is none */
  inReplyTo: string | null
  content: Content
}
