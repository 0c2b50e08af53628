import type { EpochMs, Severity } from '#lib/contract/index.ts'

/** The notices that were sent about one incident. Stored together with the notices, in one transaction. */
export interface AlertState {
  version: 2
  /** `pending`: no notice yet; `closed`: its last closing was notified, or suppressed */
  phase: 'pending' | 'open' | 'closed'
  /** worst severity notified since it opened or, while it flaps, since flapping was notified */
  severity: Severity | null
  /** the closing that phase `closed` refers to */
  closedAt: EpochMs | null
  /** last notice of it as open; repeat intervals start from this time */
  notifiedAt: EpochMs | null
  /** newest acknowledgement that was notified, or that the opening notice already showed */
  acknowledgedAt: EpochMs | null
  /** end of the snooze, until which reminders and escalations are muted; null = not snoozed, or the end was notified */
  snoozedUntil: EpochMs | null
  /** last good sample named in the `unverifiable` notice; null = no such notice applies */
  unverifiableSince: EpochMs | null
  /** openings within the flapping window */
  openings: EpochMs[]
  /** when flapping was notified; null = it does not flap */
  flappingSince: EpochMs | null
  /** last opening or closing; the quiet time that ends flapping starts here */
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

/** Reads a stored state. A state of another version is discarded. */
export function readAlertState(stored: unknown): AlertState {
  const known = stored as Partial<AlertState> | null
  return known?.version === 2 ? { ...NEVER_NOTIFIED, ...known } : NEVER_NOTIFIED
}
