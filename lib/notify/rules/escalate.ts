import type { EpochMs, Severity } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { NotifySettings } from '../settings.ts'
import type { AlertState } from './alert-state.ts'
import { acknowledgementExpiresAt } from './decide.ts'
import { rank } from './incident-facts.ts'

/** What decides when the steps of a policy are due. */
export interface EscalationRule {
  minSeverity: Severity
  /** `reachesNobody`: whoever it is for can't be notified now */
  steps: readonly { waitMinutes: number; reachesNobody?: boolean }[]
  repeat: { times: number; afterMinutes: number } | null
}

/** How far a policy has come with one alert. Stored with the messages that it led to, in one transaction (ADR 0169). */
export interface EscalationState {
  /** from when on nobody has acknowledged it: another moment starts over */
  since: EpochMs
  /** steps that were taken, over all rounds */
  taken: number
  /** when the last one was; `since` = none was */
  lastAt: EpochMs
}

export interface EscalationStep {
  /** of the policy's steps, 0 = the first */
  index: number
  /** 0 = the first round */
  round: number
  /** over all rounds: with `since` it names the step */
  number: number
}

/**
 * From when on an alert is open without an acknowledgement: its opening, or the moment at which its acknowledgement or its snooze ends.
 * @returns null = it is not open. May lie ahead
 */
export function unacknowledgedSince(state: AlertState, settings: NotifySettings): EpochMs | null {
  if (state.phase !== 'open') return null
  // each opening while it flaps belongs to one escalation
  const opened = state.flappingSince ?? state.lastTransitionAt ?? state.notifiedAt
  if (opened === null) return null
  return Math.max(opened, acknowledgementExpiresAt(state, settings) ?? 0, state.snoozedUntil ?? 0)
}

/**
 * Decides which steps of a policy are due (docs/rules/notifications.md 11). A step's wait begins when the one before was taken, so
 * that after a pause of Peerwatch they do not all come at once; after one that reaches nobody the next one of its round does not wait. Deciding again from the returned state at the same time yields no step.
 * @param before null = none was taken of this alert
 */
export function decideEscalation(
  { minSeverity, steps, repeat }: EscalationRule,
  before: EscalationState | null,
  alert: { since: EpochMs; severity: Severity },
  now: EpochMs,
): { state: EscalationState; due: EscalationStep[]; dueAt: EpochMs | null } {
  let state = before?.since === alert.since ? before : { since: alert.since, taken: 0, lastAt: alert.since }
  const due: EscalationStep[] = []
  if (rank(alert.severity) < rank(minSeverity)) return { state, due, dueAt: null }
  const all = steps.length * (1 + (repeat?.times ?? 0))
  let wasForNobody = false
  for (; state.taken < all; ) {
    const index = state.taken % steps.length
    const round = Math.floor(state.taken / steps.length)
    const own = wasForNobody ? 0 : (steps[index]?.waitMinutes ?? 0)
    const wait = index === 0 && round > 0 ? (repeat?.afterMinutes ?? 0) : own
    const at = state.lastAt + wait * MINUTE
    if (at > now) return { state, due, dueAt: at }
    due.push({ index, round, number: state.taken })
    state = { ...state, taken: state.taken + 1, lastAt: now }
    wasForNobody = steps[index]?.reachesNobody ?? false
  }
  return { state, due, dueAt: null }
}
