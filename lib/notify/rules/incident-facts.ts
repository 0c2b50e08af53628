import type { Bounds, EpochMs, EventKind, Severity } from '#lib/contract/index.ts'

/** An event of an incident, with the facts that decide whether it is notified. */
export interface MemberEvent {
  id: string
  kind: EventKind
  severity: Severity
  scope: string
  detectedAt: EpochMs
  open: boolean
  /** whether no other event explains this event */
  isRoot: boolean
  /** whether as many good samples agree as the event's kind requires */
  confirmed: boolean
  /** whether a maintenance window expects the event, or another notice covers it */
  muted: boolean
}

/** The facts that decide when an incident is notified. They contain no clock and no database access. */
export interface IncidentFacts {
  id: string
  openedAt: EpochMs
  /** time of the last closing; null while the incident is open */
  closedAt: EpochMs | null
  started: Bounds
  acknowledgedAt: EpochMs | null
  /** end of the snooze, until which reminders are muted; null = not snoozed. May be in the past */
  snoozedUntil: EpochMs | null
  events: readonly MemberEvent[]
  /** current interval of the polls that report the incident, in milliseconds */
  pollMs: number
  /**
   * true = a customer's router reported the loss too. Because both ends agree, the first notice need not wait for the
   * next poll
   */
  reportedByRouter?: boolean
  /** end of the newest good sample of the incident's sessions; null = none of its sources polls sessions */
  lastGoodSampleAt: EpochMs | null
  /**
   * true = an operator paused the polls, so an open incident gets no further notices until polling resumes; absent =
   * polled
   */
  paused?: boolean
}

const order: readonly Severity[] = ['info', 'warning', 'minor', 'major', 'critical']

export const rank = (severity: Severity): number => order.indexOf(severity)

/** Returns the worst severity; null for an empty list. */
export function worstOf(severities: readonly Severity[]): Severity | null {
  return severities.reduce<Severity | null>(
    (worst, severity) => (worst === null || rank(severity) > rank(worst) ? severity : worst),
    null,
  )
}

/** Reports whether an event may cause a notice, now or after it settles (docs/rules/notifications.md 1). */
export function isNotifiable({ isRoot, confirmed, muted, severity }: MemberEvent): boolean {
  return isRoot && confirmed && !muted && severity !== 'info'
}
