import type { EpochMs, Observation, PollKind } from '#lib/contract/index.ts'

const FIRST_WAIT_MS = 5_000
const LONGEST_WAIT_MS = 5 * 60_000
const STORM_WINDOW_MS = 60_000

/** Sources of one subscription that must be throttled within a minute before the rest of it is spared too. */
const STORM_SOURCES = { tables: 3, most: 10 }

/** Requests left below which nothing is asked beyond the timetable. */
const SPARE_READS = 200

/** What is dropped first when a subscription is throttled; the peers of gateways never are (detection.md section 7). */
const leastValuable: readonly PollKind[] = ['advertised', 'arp', 'tables', 'learned', 'metrics']
const lessValuable: readonly PollKind[] = [...leastValuable, 'stats', 'connection', 'summary']

/** What a worker remembers of one subscription's 429s. */
export interface ThrottleState {
  /** by `sourceId/kind`: 429s in a row, and the last one's time */
  sources: ReadonlyMap<string, { inARow: number; at: EpochMs }>
  /** requests that ARM said were left; null = it does not say */
  readsLeft: number | null
}

export const NOT_THROTTLED: ThrottleState = { sources: new Map(), readsLeft: null }

export interface ThrottleDecision {
  state: ThrottleState
  /** this poll's next start is no sooner; null = its interval decides */
  notBefore: EpochMs | null
  /** kinds of the whole subscription to put off, and until when */
  spare: { kinds: readonly PollKind[]; until: EpochMs } | null
}

/**
 * What a poll's outcome means for the pace. Only a 429 slows anything down; its Retry-After is obeyed, and without one
 * the wait doubles with each 429 in a row.
 */
export function afterPoll(state: ThrottleState, source: string, observation: Observation): ThrottleDecision {
  const now = observation.finishedAt
  const readsLeft = observation.budget?.remainingReads ?? state.readsLeft
  const sources = new Map(state.sources)
  if (observation.outcome !== 'throttled') {
    sources.delete(source)
    return { state: { sources, readsLeft }, notBefore: null, spare: null }
  }
  const inARow = (sources.get(source)?.inARow ?? 0) + 1
  sources.set(source, { inARow, at: now })
  const wait = waitMs(observation.error?.retryAfterSeconds ?? null, inARow)
  const throttled = [...sources.values()].filter(({ at }) => now - at <= STORM_WINDOW_MS).length
  const kinds = throttled >= STORM_SOURCES.most ? lessValuable : throttled >= STORM_SOURCES.tables ? leastValuable : []
  return {
    state: { sources, readsLeft },
    notBefore: now + wait,
    spare: kinds.length > 0 ? { kinds, until: now + wait } : null,
  }
}

/** Whether ARM's patience allows polls beyond the timetable. */
export function hasSpareBudget({ sources, readsLeft }: ThrottleState): boolean {
  return sources.size === 0 && (readsLeft === null || readsLeft >= SPARE_READS)
}

function waitMs(retryAfterSeconds: number | null, inARow: number): number {
  if (retryAfterSeconds !== null) return Math.max(0, retryAfterSeconds * 1000)
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (inARow - 1))
}
