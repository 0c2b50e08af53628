import { type EpochMs, type Severity } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import type { Notice } from './decide.ts'

/** What announced work will take away, as far as notices decide on it. */
export interface AheadLoss {
  /** of the windows and the time: what is moved is another one */
  id: string
  from: EpochMs
  to: EpochMs
  /** the shortest lead that has begun, in words; null = it is further ahead than any, or has begun */
  lead: string | null
  severity: Severity
  /** short ids of what it is about */
  scopes: readonly string[]
  name: string
  /** ids of the windows that are open then */
  windows: readonly string[]
  titles: readonly string[]
  /** what it does, in one sentence */
  summary: string
  /** what it says besides that sentence, whose figures differ from hour to hour: another one is a change */
  says: string
  strandedPrefixes: number
}

/** What was notified of one. Stored with the notices that it led to, in one transaction. */
export interface AheadState {
  version: 'ahead'
  phase: 'open' | 'over'
  /** last notice of it */
  notifiedAt: EpochMs
  /** as it was notified last */
  said: AheadLoss
}

/** Reads a stored state; what is none is one that was never notified. */
export function readAheadState(stored: unknown): AheadState | null {
  const known = stored as Partial<AheadState> | null
  return known?.version === 'ahead' && known.said ? (known as AheadState) : null
}

/** Outcomes change with routes: a change is notified so long after the last notice at the soonest. */
const CHANGE_AFTER_MS = HOUR
/** Stranded prefixes that came or went before their count is a change. */
const CHANGED_SHARE = 0.1

/**
 * Decides on one loss ahead (docs/rules/notifications.md 2a). Deciding again from the returned state at the same time yields no notice.
 * @param current as it is foreseen now; null = it is not, or no more
 * @returns notice null = nothing new
 */
export function decideAhead(
  state: AheadState | null,
  current: AheadLoss | null,
  now: EpochMs,
): { state: AheadState | null; notice: Notice | null } {
  if (state?.phase === 'open' && state.said.from <= now) return end(state, 'closed')
  if (current === null) return state?.phase === 'open' ? end(state, 'withdrawn') : { state, notice: null }
  if (current.lead === null || current.from <= now) return { state, notice: null }
  const open: AheadState = { version: 'ahead', phase: 'open', notifiedAt: now, said: current }
  const notice = (reason: Notice['reason'], first = false) => ({
    state: open,
    notice: { reason, severity: current.severity, first },
  })
  if (state?.phase !== 'open') return current.severity === 'info' ? { state, notice: null } : notice('opened', true)
  if (state.said.lead !== current.lead) return notice('approaching')
  if (isChanged(state.said, current) && now >= state.notifiedAt + CHANGE_AFTER_MS) return notice('changed')
  return { state, notice: null }
}

const end = (state: AheadState, reason: 'closed' | 'withdrawn') => ({
  state: { ...state, phase: 'over' as const },
  notice: { reason, severity: state.said.severity, first: false },
})

const isChanged = (before: AheadLoss, { says, strandedPrefixes }: AheadLoss) =>
  before.says !== says || Math.abs(before.strandedPrefixes - strandedPrefixes) > CHANGED_SHARE * before.strandedPrefixes
