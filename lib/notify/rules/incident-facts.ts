import {
  type TimestampBounds,
  type EpochMs,
  type EventKind,
  eventKindRecords,
  type EventSubject,
  type UserActionTime,
  type Severity,
} from '#lib/contract/index.ts'

/** An event of an incident, with the facts that decide whether it is notified. */
export interface EventOfIncident {
  id: string
  kind: EventKind
  severity: Severity
  scope: string
  /** part of the resource that the event is about, for example `AzurePrivatePeering/primary` */
  subject: string
  /** class and owner of the probable cause, for example `closed_by_customer onprem`; null = unknown */
  cause: string | null
  detectedAt: EpochMs
  /** earliest and latest possible begin of the event */
  started: TimestampBounds
  open: boolean
  /** whether the event is a root cause, that is, not a part of another event */
  isRoot: boolean
  /** whether enough successful samples show the event; its kind determines how many are required */
  confirmed: boolean
  /** whether the event is not notified, because a maintenance window expects it or another notice covers it */
  muted: boolean
}

/**
 * Facts from which it is decided whether notices about an incident are due. The decision reads neither a clock nor the
 * database.
 */
export interface IncidentForNotices {
  id: string
  openedAt: EpochMs
  /** time of the last closing; null while the incident is open */
  closedAt: EpochMs | null
  started: TimestampBounds
  acknowledgedAt: EpochMs | null
  /** end of the snooze, until which reminders are muted; null = not snoozed. May be in the past */
  snoozedUntil: EpochMs | null
  events: readonly EventOfIncident[]
  /** current interval of the polls that report the incident, in milliseconds */
  pollMs: number
  /**
   * true = a customer's router reported the loss too. Because both ends of the session confirm the loss, the first
   * notice waits only briefly
   */
  reportedByRouter?: boolean
  /**
   * end of the newest successful sample of the incident's sessions; null = no poll of its resources has returned
   * session state
   */
  lastGoodSampleAt: EpochMs | null
  /**
   * true = an operator paused all polls of the incident's sessions. An open incident then gets no notices until polling
   * resumes; absent = not paused
   */
  paused?: boolean
  /** time by which a person must act because of the incident; absent = unknown */
  needed?: UserActionTime
}

const order: readonly Severity[] = ['info', 'warning', 'minor', 'major', 'critical']

export const rankSeverity = (severity: Severity): number => order.indexOf(severity)

/** Returns the worst severity; null for an empty list. */
export function findWorstSeverity(severities: readonly Severity[]): Severity | null {
  return severities.reduce<Severity | null>(
    (worst, severity) => (worst === null || rankSeverity(severity) > rankSeverity(worst) ? severity : worst),
    null,
  )
}

/** Reports whether an event can lead to a notice, now or after its waiting time (docs/rules/notifications.md 1). */
export function isNotifiable({ isRoot, confirmed, muted, severity }: EventOfIncident): boolean {
  return isRoot && confirmed && !muted && severity !== 'info'
}

/**
 * Parts of a resource that fail separately. The subjects of other kinds may change while a fault repeats, for example a
 * prefix and the number of further prefixes.
 */
const PARTS_THAT_FAIL: ReadonlySet<EventSubject> = new Set(['path', 'session', 'tunnel'])

/**
 * Returns a key that is equal for a fault and its repetitions. All kinds of events about a session have the same key,
 * because the time of the polls decides which of these kinds reports that the session failed again.
 */
export function getFaultKey({ kind, scope, subject }: EventOfIncident): string {
  const part = eventKindRecords[kind].subject
  return [part === 'session' ? part : kind, scope, ...(PARTS_THAT_FAIL.has(part) ? [subject] : [])].join(' ')
}
