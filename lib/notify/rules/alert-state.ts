import type { EpochMs, Severity } from '#lib/contract/index.ts'

/** State of the notices that were sent about one incident. Stored together with the notices, in one transaction. */
export interface AlertState {
  version: 2
  /** `pending`: no notice was sent yet; `closed`: the last closing was notified, or suppressed */
  phase: 'pending' | 'open' | 'closed'
  /** worst severity that was notified since the incident opened or, while it flaps, since flapping was notified */
  severity: Severity | null
  /** time of the closing that phase `closed` refers to */
  closedAt: EpochMs | null
  /** time of the last notice that reported the incident as open; intervals of reminders start from this time */
  notifiedAt: EpochMs | null
  /** time of the newest acknowledgement that was notified, or that the opening notice already showed */
  acknowledgedAt: EpochMs | null
  /** end of the snooze, until which reminders and escalations are muted; null = not snoozed, or the end was notified */
  snoozedUntil: EpochMs | null
  /** time of the last good sample that the `unverifiable` notice named; null = no such notice applies */
  unverifiableSince: EpochMs | null
  /** times of the openings within the flapping window */
  openings: EpochMs[]
  /** time at which flapping was notified; null = the incident does not flap */
  flappingSince: EpochMs | null
  /** time of the last opening or closing, from which the quiet time that ends flapping is counted */
  lastTransitionAt: EpochMs | null
}

export const NEVER_NOTIFIED: AlertState = {
  version: 2,
  phase: 'pending',
  severity: null,
  closedAt: null,
  notifiedAt: null,
  acknowledgedAt: null,
  snoozedUntil: null,
  unverifiableSince: null,
  openings: [],
  flappingSince: null,
  lastTransitionAt: null,
}

/** Reads a stored state. A state of another version is discarded, so that it counts as never notified. */
export function readAlertState(stored: unknown): AlertState {
  const known = stored as Partial<AlertState> | null
  return known?.version === 2 ? { ...NEVER_NOTIFIED, ...known } : NEVER_NOTIFIED
}
