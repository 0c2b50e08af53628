import type { Bounds, EpochMs, EventKind, Severity } from '#lib/contract/index.ts'

/** One event of an incident, reduced to what decides on notifying it. */
export interface MemberEvent {
  id: string
  kind: EventKind
  severity: Severity
  scope: string
  detectedAt: EpochMs
  open: boolean
  /** no other event explains it */
  isRoot: boolean
  /** as many good samples agree as its kind requires */
  confirmed: boolean
  /** a maintenance window expects it, or another notice covers it */
  muted: boolean
}

/** Everything that decides when an incident is notified: no clock, no database. */
export interface IncidentFacts {
  id: string
  openedAt: EpochMs
  /** null while it is open; set again by each closing */
  closedAt: EpochMs | null
  started: Bounds
  acknowledgedAt: EpochMs | null
  /** until when its reminders are muted; null = never. May lie in the past */
  snoozedUntil: EpochMs | null
  events: readonly MemberEvent[]
  /** interval in force of the polls that it rests on, milliseconds */
  pollMs: number
  /** a customer's router reported the fall, too: both ends say so, and nothing more comes with the next poll */
  reportedByRouter?: boolean
  /** end of the newest good sample of its sessions; null = no source of it polls sessions */
  lastGoodSampleAt: EpochMs | null
  /** an operator paused its polling: an open incident gets no further notices until polling resumes; absent = polled */
  paused?: boolean
}

const order: readonly Severity[] = ['info', 'warning', 'minor', 'major', 'critical']

export const rank = (severity: Severity): number => order.indexOf(severity)

/** Null for an empty list. */
export function worstOf(severities: readonly Severity[]): Severity | null {
  return severities.reduce<Severity | null>(
    (worst, severity) => (worst === null || rank(severity) > rank(worst) ? severity : worst),
    null,
  )
}

/** Whether the event may cause a notice at all, now or after it settles (docs/rules/notifications.md 1). */
export function isNotifiable({ isRoot, confirmed, muted, severity }: MemberEvent): boolean {
  return isRoot && confirmed && !muted && severity !== 'info'
}
