import { type EpochMs, type Severity } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import type { Notice } from './decide.ts'

/** Predicted effects of announced work (maintenance) in one interval, with the facts that decide on notices. */
export interface PredictedLoss {
  /** ID that is derived from the windows and the time, so that work at a changed time has another ID */
  id: string
  from: EpochMs
  to: EpochMs
  /** the shortest lead time that has begun, as text; null = further ahead than all lead times, or already begun */
  lead: string | null
  severity: Severity
  /** short IDs of the affected resources */
  scopes: readonly string[]
  name: string
  /** IDs of the maintenance windows that are open in this interval (`from` to `to`) */
  windows: readonly string[]
  titles: readonly string[]
  /** the effects, in one sentence */
  summary: string
  /**
   * the effects as text without the numbers in the summary, which vary from hour to hour. A different text counts as a
   * change
   */
  says: string
  strandedPrefixes: number
}

/**
 * State of the notices that were sent about one predicted loss. Stored together with the notices, in one transaction.
 */
export interface PredictedLossState {
  version: 'ahead'
  phase: 'open' | 'over'
  /** time of the last notice about this loss */
  notifiedAt: EpochMs
  /** prediction that the last notice contained */
  said: PredictedLoss
}

/** Reads a stored state; null if the stored value has another format, which means that no notice was sent. */
export function readPredictedLossState(stored: unknown): PredictedLossState | null {
  const known = stored as Partial<PredictedLossState> | null
  return known?.version === 'ahead' && known.said ? (known as PredictedLossState) : null
}

/**
 * Minimum time in milliseconds between the last notice and a notice of a change. It limits the number of notices,
 * because predictions change with routes.
 */
const CHANGE_AFTER_MS = HOUR
/** Share (0 to 1) by which the number of stranded prefixes must differ to count as a change. */
const CHANGED_SHARE = 0.1

/**
 * Decides whether a notice about one predicted loss is due (docs/rules/notifications.md 2a). Deciding again from the
 * returned state at the same time yields no notice.
 * @param current the current prediction; null = the loss is no longer predicted
 * @returns the new state and the notice; notice null = no notice is due
 */
export function decidePredictedLoss(
  state: PredictedLossState | null,
  current: PredictedLoss | null,
  now: EpochMs,
): { state: PredictedLossState | null; notice: Notice | null } {
  if (state?.phase === 'open' && state.said.from <= now) return end(state, 'closed')
  if (current === null) return state?.phase === 'open' ? end(state, 'withdrawn') : { state, notice: null }
  if (current.lead === null || current.from <= now) return { state, notice: null }
  const open: PredictedLossState = { version: 'ahead', phase: 'open', notifiedAt: now, said: current }
  const notice = (reason: Notice['reason'], first = false) => ({
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
