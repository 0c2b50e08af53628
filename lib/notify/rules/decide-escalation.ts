import { type EpochMs, isUserActionAtLeastAsUrgent, type UserActionTime, type Severity } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { NotifySettings } from '../settings.ts'
import type { AlertState } from './alert-state.ts'
import { getAcknowledgementExpiry } from './decide-notices.ts'
import { rankSeverity } from './incident-facts.ts'

/** The fields of an escalation policy that determine when its steps are due. */
export interface EscalationRule {
  minSeverity: Severity
  neededBy: UserActionTime
  /** steps in order; `reachesNobody` is true if all channels of the step are disabled or removed */
  steps: readonly { waitMinutes: number; reachesNobody?: boolean }[]
  repeat: { times: number; afterMinutes: number } | null
}

/**
 * Progress of one escalation policy with one alert. It is stored in the same transaction as the messages (ADR 0169).
 */
export interface EscalationState {
  /** time since which the alert is unacknowledged. If it changes, the policy begins again with its first step */
  since: EpochMs
  /** number of steps whose messages were sent, over all rounds (repetitions) of the policy */
  taken: number
  /** time at which the last step was taken; equals `since` before the first step */
  lastAt: EpochMs
}

export interface EscalationStep {
  /** index in the policy's steps, from 0 */
  index: number
  /** number of the repetition of the policy, from 0 */
  round: number
  /** number of the step over all rounds; unique together with `since` */
  number: number
}

/**
 * Returns the time since which an alert is open and unacknowledged: the opening, or the end of the last acknowledgement
 * or snooze. The time may be in the future.
 * @returns null = the alert is not open
 */
export function getUnacknowledgedSince(state: AlertState, settings: NotifySettings): EpochMs | null {
  if (state.phase !== 'open') return null
  // While the incident flaps (opens and closes repeatedly), all its openings count as one, since the flapping was
  // notified.
  const opened = state.flappingSince ?? state.lastTransitionAt ?? state.notifiedAt
  if (opened === null) return null
  return Math.max(opened, getAcknowledgementExpiry(state, settings) ?? 0, state.snoozedUntil ?? 0)
}

/**
 * Decides which steps of an escalation policy are due (docs/rules/notifications.md 11). The wait of a step begins when
 * the previous step was taken, so that after a downtime of Peerwatch the steps do not all follow at once. If a step has
 * no usable channel (`reachesNobody`), the next step of the round follows without a wait. A second call with the
 * returned state at the same time returns no step.
 * @param before progress so far; null = no step was taken yet
 */
export function decideEscalation(
  { minSeverity, neededBy, steps, repeat }: EscalationRule,
  before: EscalationState | null,
  alert: { since: EpochMs; severity: Severity; needed: UserActionTime },
  now: EpochMs,
): { state: EscalationState; due: EscalationStep[]; dueAt: EpochMs | null } {
  let state = before?.since === alert.since ? before : { since: alert.since, taken: 0, lastAt: alert.since }
  const due: EscalationStep[] = []
  const isCovered =
    rankSeverity(alert.severity) >= rankSeverity(minSeverity) && isUserActionAtLeastAsUrgent(alert.needed, neededBy)
  if (!isCovered) return { state, due, dueAt: null }
  const all = steps.length * (1 + (repeat?.times ?? 0))
  let wasForNobody = false
  for (; state.taken < all; ) {
    const index = state.taken % steps.length
    const round = Math.floor(state.taken / steps.length)
    const own = wasForNobody ? 0 : (steps[index]?.waitMinutes ?? 0)
    const wait = index === 0 && round > 0 ? (repeat?.afterMinutes ?? 0) : own
    const at = state.lastAt + wait * MS_PER_MINUTE
    if (at > now) return { state, due, dueAt: at }
    due.push({ index, round, number: state.taken })
    state = { ...state, taken: state.taken + 1, lastAt: now }
    wasForNobody = steps[index]?.reachesNobody ?? false
  }
  return { state, due, dueAt: null }
}
