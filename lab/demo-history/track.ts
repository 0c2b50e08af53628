import type { ByFamily } from '#lib/bgp/index.ts'
import type { EpochMs, Observation, PollTarget } from '#lib/contract/index.ts'
import type { CounterObservation, CoveredPoll } from '#lib/history/index.ts'
import type { PastKind } from './virtual-azure.ts'

/** Polls of one source and kind in transit through the past. */
export interface Track {
  readonly target: PollTarget
  readonly kind: PastKind
  /** the group that detection folds with it; null = any: a list or the log of a subscription */
  readonly group: string | null
  readonly sourceId: number
  /** the MSEE's addresses; kind `summary` only */
  readonly localAddresses: ByFamily | null
  /** how long a poll takes, ms */
  readonly takesMs: number
  /** from the start of one poll to the next, by when it starts, ms */
  readonly everyMs: (at: EpochMs) => number
  /** moments at which what it reads may change, in order */
  readonly edges: readonly EpochMs[]
  /** times in which each poll is recorded by itself, so that detection sees what its bytes do */
  readonly watched: readonly Interval[]
  /** asked at least so often, whatever the edges say, ms */
  readonly heartbeatMs: number
  /** start of its next poll */
  next: EpochMs
  /** start of a poll beside the usual ones that another poll asked for */
  expedited: EpochMs | null
  /** polls still to be recorded although nothing changes: a missing row counts as down only after some */
  settle: number
  /** polls are asked until then although Azure answers the same: what they lack is read otherwise once it is given up */
  lackingUntil: EpochMs
  /** when it read something new recently */
  changes: readonly EpochMs[]
  /** the last poll that was asked */
  last: { observation: Observation; recorded: boolean } | null
  /** polls since the last recorded one, all of which read what that one read */
  unchanged: (CoveredPoll | CounterObservation)[]
}

export interface Interval {
  readonly from: EpochMs
  readonly until: EpochMs
}

export const isWithin = (at: EpochMs, intervals: readonly Interval[]): boolean =>
  intervals.some(({ from, until }) => at >= from && at <= until)

/** Which polls are asked: around edges, at heartbeats and at the end; or all, to prove that the others add nothing. */
export type Asking = 'around-edges' | 'all'

/** Every poll of a counter reports something. */
export function countsBytes({ kind }: Track): boolean {
  return kind === 'stats' || kind === 'connection'
}

export function spanOf({ takesMs }: Track, startedAt: EpochMs): CoveredPoll {
  return { startedAt, finishedAt: startedAt + takesMs }
}

/**
 * Start of the next poll that has to be asked; null when none ends by `until`. Those before it read what the last asked one
 * read: what an answer says is constant between two edges but for what lives on its own.
 */
export function nextAsked(track: Track, until: EpochMs, asking: Asking): EpochMs | null {
  const latest = until - track.takesMs
  const usual = track.next <= latest ? usualAsked(track, latest, asking) : null
  const { expedited } = track
  if (expedited === null || expedited > latest) return usual
  return usual === null || expedited < usual ? expedited : usual
}

function usualAsked(track: Track, latest: EpochMs, asking: Asking): EpochMs {
  const { next, last, settle, lackingUntil, takesMs, heartbeatMs } = track
  if (asking === 'all' || !last || settle > 0 || next <= lackingUntil || countsBytes(track)) return next
  const every = track.everyMs(next)
  const half = Math.floor(takesMs / 2)
  const edge = firstAfter(track.edges, last.observation.startedAt + half)
  const beforeEdge = edge === null ? Number.POSITIVE_INFINITY : Math.floor((edge - 1 - (next + half)) / every)
  const heartbeat = Math.ceil((last.observation.startedAt + heartbeatMs - next) / every)
  const end = Math.floor((latest - next) / every)
  return next + Math.max(0, Math.min(beforeEdge, heartbeat, end)) * every
}

function firstAfter(sorted: readonly EpochMs[], at: EpochMs): EpochMs | null {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) > at) high = middle
    else low = middle + 1
  }
  return sorted[low] ?? null
}

/** Takes the polls that need not be asked as made, up to one that starts at `at`, and sets the clock of those that follow it. */
export function advance(track: Track, at: EpochMs): void {
  while (track.next < at) {
    track.unchanged.push(spanOf(track, track.next))
    track.next += track.everyMs(track.next)
  }
  track.next = at + track.everyMs(at)
  if (track.expedited !== null && track.expedited <= at) track.expedited = null
}

/** Takes the polls as made that end by `at` and need not be asked. */
export function passBy(track: Track, at: EpochMs, asking: Asking): void {
  const asked = nextAsked(track, Number.POSITIVE_INFINITY, asking) ?? at
  while (track.next < asked && track.next + track.takesMs <= at) {
    track.unchanged.push(spanOf(track, track.next))
    track.next += track.everyMs(track.next)
  }
}

/** Asks for a poll at `at`, or as soon as the one that is in flight then has ended. */
export function expedite(track: Track, at: EpochMs): void {
  const every = track.everyMs(track.next)
  const before = track.next + Math.floor((at - 1 - track.next) / every) * every
  track.expedited = Math.max(at, before + track.takesMs + 1)
}
