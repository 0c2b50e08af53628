import type { Bounds, DetectedEvent, EpochMs, PollKind, SessionSample } from '#lib/contract/index.ts'

/** What the last telling sample of a session showed; `never` = it was seen, but never established. */
export type Shown = 'up' | 'down' | 'never'

/**
 * What detection remembers of a session beyond its last row. Sessions whose next change tells everything by its
 * own `before` have no entry.
 */
export interface SessionMemory {
  /** null = no sample has told anything yet */
  shown: Shown | null
  /** the last telling sample, for the evidence of what follows; null when a missing row was what told */
  sample: SessionSample | null
  /** startedAt of the last telling sample while later ones told nothing; null while every sample tells */
  shownAt: EpochMs | null
  /** an established session's row is missing although its instance reports, and that is not yet proof */
  missing: { between: Bounds; samples: number; lastAt: EpochMs } | null
  /** the session_down that waits for its end */
  open: DetectedEvent | null
  /** proven restarts between two samples that both showed it up: counted, the last one kept */
  restarts: { count: number; last: { between: Bounds; establishedAt: Bounds } } | null
}

/** All that the fold carries from poll to poll of one source. Plain JSON, so that it survives in a column. */
export interface DetectionState {
  version: 1
  /** startedAt of the newest poll of each kind that changed this state: it and older ones have been folded */
  foldedAt: Partial<Record<PollKind, EpochMs>>
  /** by subject, `localAddress~neighbor` */
  sessions: Record<string, SessionMemory>
  /** gateway instances that do not report, and startedAt of the last good sample in which they did */
  silentSince: Record<string, EpochMs>
}

export function initialState(): DetectionState {
  return { version: 1, foldedAt: {}, sessions: {}, silentSince: {} }
}

/**
 * Reads a stored state. One of a version that this code does not know is given up: detection then starts over from
 * the next change's own `before`, which costs the end of an open event and never invents one.
 */
export function readState(stored: unknown): DetectionState {
  if (typeof stored !== 'object' || stored === null || !('version' in stored) || stored.version !== 1) {
    return initialState()
  }
  return { ...initialState(), ...(stored as Partial<DetectionState>) }
}
