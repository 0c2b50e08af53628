import { type EpochMs, type Severity } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { DueNotice } from './decide-notices.ts'

/**
 * Predicted effects of announced work (maintenance) in one time interval, with the facts that decide whether a notice
 * is due.
 */
export interface PredictedLoss {
  /** ID that depends on the maintenance windows and the time; work that moves to another time gets another ID */
  id: string
  from: EpochMs
  to: EpochMs
  /**
   * text of the shortest configured lead time that is reached, for example `1 day`; null = the work is further ahead
   * than all lead times, or has begun
   */
  lead: string | null
  severity: Severity
  /** short IDs of the affected resources */
  scopes: readonly string[]
  name: string
  /** IDs of the maintenance windows that are open from `from` to `to` */
  windows: readonly string[]
  titles: readonly string[]
  /** the effects, in one sentence */
  summary: string
  /**
   * the effects as text, without the numbers that vary from hour to hour. If this text differs from the text at the
   * last notice, the prediction has changed
   */
  says: string
  strandedPrefixes: number
}

/** State of the notices about one prediction. It is stored in the same transaction as the notices. */
export interface PredictedLossState {
  version: 'ahead'
  phase: 'open' | 'over'
  /** time of the last notice about this prediction */
  notifiedAt: EpochMs
  /** the prediction as it was in the last notice */
  said: PredictedLoss
}

/** Reads a stored state. Returns null (no notice was sent) if the stored value has another format. */
export function parsePredictedLossState(stored: unknown): PredictedLossState | null {
  const known = stored as Partial<PredictedLossState> | null
  return known?.version === 'ahead' && known.said ? (known as PredictedLossState) : null
}

/**
 * Minimum time in milliseconds between two notices of the same prediction if only its content changes. It limits the
 * number of notices, because predictions vary with the routes.
 */
const CHANGE_AFTER_MS = MS_PER_HOUR
/**
 * Share (0 to 1) of the number of stranded prefixes (prefixes to which no path would remain) in the last notice. If the
 * number changes by more than this share, the prediction counts as changed.
 */
const CHANGED_SHARE = 0.1

/**
 * Decides whether a notice about one prediction is due (docs/rules/notifications.md 2a). A second call with the
 * returned state at the same time returns no notice.
 * @param current the current prediction; null = effects are no longer predicted
 * @returns the new state, and the notice or null
 */
export function decidePredictedLoss(
  state: PredictedLossState | null,
  current: PredictedLoss | null,
  now: EpochMs,
): { state: PredictedLossState | null; notice: DueNotice | null } {
  if (state?.phase === 'open' && state.said.from <= now) return end(state, 'closed')
  if (current === null) return state?.phase === 'open' ? end(state, 'withdrawn') : { state, notice: null }
  if (current.lead === null || current.from <= now) return { state, notice: null }
  const open: PredictedLossState = { version: 'ahead', phase: 'open', notifiedAt: now, said: current }
  const notice = (reason: DueNotice['reason'], first = false) => ({
    state: open,
    notice: { reason, severity: current.severity, first },
  })
  if (state?.phase !== 'open') return current.severity === 'info' ? { state, notice: null } : notice('opened', true)
  if (state.said.lead !== current.lead) return notice('approaching')
  if (isChanged(state.said, current) && now >= state.notifiedAt + CHANGE_AFTER_MS) return notice('changed')
  return { state, notice: null }
}

const end = (state: PredictedLossState, reason: 'closed' | 'withdrawn') => ({
  state: { ...state, phase: 'over' as const },
  notice: { reason, severity: state.said.severity, first: false },
})

const isChanged = (before: PredictedLoss, { says, strandedPrefixes }: PredictedLoss) =>
  before.says !== says || Math.abs(before.strandedPrefixes - strandedPrefixes) > CHANGED_SHARE * before.strandedPrefixes
