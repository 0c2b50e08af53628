import type { EpochMs, UserActionTime, Severity } from '#lib/contract/index.ts'

/** State of the notices about one incident. It is stored in the same transaction as the notices. */
export interface AlertState {
  version: 2
  /**
   * `pending`: no notice was sent yet; `open`: the incident is open, and the opening was notified, or left out because
   * the incident flaps; `closed`: the last closing was notified, or left out for the same reason
   */
  phase: 'pending' | 'open' | 'closed'
  /**
   * worst severity that was notified since the incident opened. While the incident flaps (opens and closes repeatedly),
   * it covers all openings since flapping was notified
   */
  severity: Severity | null
  /**
   * most urgent time at which the incident needs a person, of those that were notified since it opened; null = unknown
   */
  needed: UserActionTime | null
  /** time of the last closing that was processed; null = the incident has never closed */
  closedAt: EpochMs | null
  /** time of the last notice that reported the incident as open; intervals of reminders start from this time */
  notifiedAt: EpochMs | null
  /**
   * time at which the newest event of the last notice about faults was detected; null = no such notice since the
   * incident opened, or the state was stored by an older version
   */
  reportedUntil: EpochMs | null
  /** time of the newest acknowledgement that the receivers know */
  acknowledgedAt: EpochMs | null
  /**
   * end of the snooze, until which reminders and escalations are muted; null = not snoozed, or the end of the snooze
   * was notified
   */
  snoozedUntil: EpochMs | null
  /**
   * time of the last successful sample, as named in the notice that the state can no longer be confirmed; null = no
   * such notice applies
   */
  unverifiableSince: EpochMs | null
  /** times of the incident's openings within the window in which flapping is counted */
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
  acknowledgedAt: null,
  snoozedUntil: null,
  unverifiableSince: null,
  openings: [],
  flappingSince: null,
  lastTransitionAt: null,
}

/** Reads a stored state. A state of another version counts as "never notified". */
export function parseAlertState(stored: unknown): AlertState {
  const known = stored as Partial<AlertState> | null
  return known?.version === 2 ? { ...NEVER_NOTIFIED_ALERT_STATE, ...known } : NEVER_NOTIFIED_ALERT_STATE
}
