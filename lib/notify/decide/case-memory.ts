import type { EpochMs, Severity } from '#lib/contract/index.ts'

/** What has been told of one incident. Stored with the notices that it led to, in one transaction. */
export interface CaseMemory {
  version: 1
  /** `untold`: nobody heard of it yet; `over`: its last closing has been told, or was muted */
  phase: 'untold' | 'open' | 'over'
  /** worst that was told since it opened; while it flaps, since that was told */
  severity: Severity | null
  /** the closing that `over` stands for */
  closedAt: EpochMs | null
  /** when it was last told as open: what repeats are counted from */
  toldAt: EpochMs | null
  /** the newest acknowledgement that was told, or that it was told with */
  acknowledgedAt: EpochMs | null
  /** told as unverifiable since this last good sample; null = not told as that */
  unverifiableSince: EpochMs | null
  /** openings within the flapping window */
  openings: EpochMs[]
  /** told as flapping; null = it does not */
  flappingSince: EpochMs | null
  /** last opening or closing: quiet is counted from here */
  turnedAt: EpochMs | null
}

export const UNTOLD: CaseMemory = {
  version: 1,
  phase: 'untold',
  severity: null,
  closedAt: null,
  toldAt: null,
  acknowledgedAt: null,
  unverifiableSince: null,
  openings: [],
  flappingSince: null,
  turnedAt: null,
}

/** A memory as it was stored; one of another version is given up. */
export function readMemory(stored: unknown): CaseMemory {
  const known = stored as Partial<CaseMemory> | null
  return known?.version === 1 ? { ...UNTOLD, ...known } : UNTOLD
}
