import type { EpochMs, UserActionTime, Severity } from '#lib/contract/index.ts'
import { type EventOfIncident, getFaultKey, isNotifiable } from './incident-facts.ts'

/** State of the notices about one incident. It is stored in the same transaction as the notices. */
export interface AlertState {
  version: 2
  /**
   * `pending`: no notice was sent yet. `open`: the incident is open. `closed`: the incident is closed. The opening or
   * closing was then notified, unless the notice was left out because the incident flaps (opens and closes repeatedly).
   */
  phase: 'pending' | 'open' | 'closed'
  /**
   * worst severity that was notified since the incident opened. While the incident flaps, it is the worst severity that
   * was notified since the notice about the flapping, because all openings then count as one
   */
  severity: Severity | null
  /**
   * most urgent of the times by which, according to the notices since the opening, a person must act; null = unknown.
   * While the incident flaps, it is the most urgent time since the notice about the flapping
   */
  needed: UserActionTime | null
  /** time of the last closing that was processed; null = the incident has never closed */
  closedAt: EpochMs | null
  /** time of the last notice that reported the incident as open; intervals of reminders start from this time */
  notifiedAt: EpochMs | null
  /**
   * detection time of the newest event that the last notice about faults reported; null = no such notice since the
   * incident opened, or the state was stored by an older version
   */
  reportedUntil: EpochMs | null
  /**
   * faults (`getFaultKey`) of the recent openings, and the causes that the notices about these openings named. They
   * decide whether a fault of a flapping incident is a repetition. Openings are recent if they followed each other
   * within the time window in which openings are counted
   */
  known: string[]
  /** time of the newest acknowledgement that the receivers know */
  acknowledgedAt: EpochMs | null
  /**
   * end of the snooze, until which reminders and escalations are muted; null = not snoozed, or the end of the snooze
   * was notified
   */
  snoozedUntil: EpochMs | null
  /**
   * time of the last successful sample that was stated in the notice "the state can no longer be confirmed"; null = no
   * such notice was sent, or the state was confirmed again
   */
  unverifiableSince: EpochMs | null
  /** times of the incident's openings within the time window in which openings are counted to recognize flapping */
  openings: EpochMs[]
  /** time at which flapping (repeated opening and closing) was notified; null = the incident does not flap */
  flappingSince: EpochMs | null
  /** time of the last opening or closing. Flapping ends after a quiet time that begins here */
  lastTransitionAt: EpochMs | null
}

export const NEVER_NOTIFIED_ALERT_STATE: AlertState = {
  version: 2,
  phase: 'pending',
  severity: null,
  needed: null,
  closedAt: null,
  notifiedAt: null,
  reportedUntil: null,
  known: [],
  acknowledgedAt: null,
  snoozedUntil: null,
  unverifiableSince: null,
  openings: [],
  flappingSince: null,
  lastTransitionAt: null,
}

/**
 * Reads a stored state. A state of another version counts as "never notified".
 * @param events events of the incident. If an older version stored the state without known faults, they are derived
 *   from these events
 */
export function parseAlertState(stored: unknown, events: readonly EventOfIncident[] = []): AlertState {
  const known = stored as Partial<AlertState> | null
  if (known?.version !== 2) return NEVER_NOTIFIED_ALERT_STATE
  const state = { ...NEVER_NOTIFIED_ALERT_STATE, ...known }
  return known.known ? state : { ...state, known: deriveKnownFaults(state, events) }
}

/**
 * Returns the faults that an incident had until its last opening or notice, and the causes of the faults that had been
 * detected when the last notice was sent. Openings that are not recent are included, because their times are not
 * stored.
 */
function deriveKnownFaults(
  { lastTransitionAt, notifiedAt }: AlertState,
  events: readonly EventOfIncident[],
): AlertState['known'] {
  const detectedUntil = (until: EpochMs) => events.filter((event) => isNotifiable(event) && event.detectedAt <= until)
  const named = notifiedAt ?? 0
  return [
    ...new Set([
      ...detectedUntil(Math.max(named, lastTransitionAt ?? 0)).map(getFaultKey),
      ...detectedUntil(named).flatMap(({ cause }) => cause ?? []),
    ]),
  ]
}
