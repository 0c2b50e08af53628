import type { Bounds, EpochMs, EventKind, Severity } from '#lib/contract/index.ts'

/** What an event of an incident means for telling it. */
export interface MemberEvent {
  id: string
  kind: EventKind
  severity: Severity
  scope: string
  detectedAt: EpochMs
  /** it goes on */
  open: boolean
  /** no other event explains it */
  stands: boolean
  /** as many good samples as its kind asks for agree */
  confirmed: boolean
  /** it lies in a maintenance window in which it was to be expected */
  silenced: boolean
}

/** Everything that decides when an incident is told: no clock, no database. */
export interface IncidentFacts {
  id: string
  openedAt: EpochMs
  /** null while it is open; set again by each closing */
  closedAt: EpochMs | null
  started: Bounds
  acknowledgedAt: EpochMs | null
  events: readonly MemberEvent[]
  /** interval in force of the polls that it rests on, milliseconds */
  pollMs: number
  /** end of the newest good sample of what it is about; null = nothing that is polled by sessions */
  lastSeenAt: EpochMs | null
  /** nobody asks, because an operator said so: what is open is not told again meanwhile; absent = it is polled */
  paused?: boolean
}

const order: readonly Severity[] = ['info', 'warning', 'minor', 'major', 'critical']

export const rank = (severity: Severity): number => order.indexOf(severity)

/** null of none */
export function worstOf(severities: readonly Severity[]): Severity | null {
  return severities.reduce<Severity | null>(
    (worst, severity) => (worst === null || rank(severity) > rank(worst) ? severity : worst),
    null,
  )
}

/** Whether somebody may be told of it at all, sooner or later. */
export function isTellable({ stands, confirmed, silenced, severity }: MemberEvent): boolean {
  return stands && confirmed && !silenced && severity !== 'info'
}
