import type { ValueByAddressFamily } from '#lib/bgp/index.ts'
import type { EpochMs, PollObservation, PollTarget } from '#lib/contract/index.ts'
import type { CounterObservation, CoveredPollTimes } from '#lib/history/index.ts'
import type { GeneratedPastPollKind } from './virtual-azure.ts'

/** Polls of one source and kind on their way through the past. */
export interface PastPollTrack {
  readonly target: PollTarget
  readonly kind: GeneratedPastPollKind
  /**
   * group of resources that detection evaluates together with this source; null = the list or log of a subscription,
   * which can affect any group
   */
  readonly group: string | null
  readonly sourceId: number
  /** the MSEE's addresses; only for the kind `summary` */
  readonly localAddresses: ValueByAddressFamily | null
  /** duration of a poll in milliseconds */
  readonly takesMs: number
  /** time from the start of a poll to the start of the next in milliseconds, by the start of the poll */
  readonly everyMs: (at: EpochMs) => number
  /** moments at which the source's data may change, in order */
  readonly edges: readonly EpochMs[]
  /** times in which each poll is recorded separately, so that detection sees its bytes */
  readonly watched: readonly PastTimeRange[]
  /** maximum time in milliseconds without a poll that is really made */
  readonly heartbeatMs: number
  /** start of the track's next poll */
  next: EpochMs
  /** start of an additional poll that another poll requested */
  expedited: EpochMs | null
  /**
   * number of polls still to be recorded without changes, because a missing row counts as down only after several polls
   */
  settle: number
  /**
   * Polls are really made until this moment although Azure's response is unchanged, because detection evaluates a
   * missing instance differently once it counts as removed.
   */
  lackingUntil: EpochMs
  /** recent moments at which a poll of the track read something new */
  changes: readonly EpochMs[]
  /** the last poll that was made */
  last: { observation: PollObservation; recorded: boolean } | null
  /** polls since the last recorded one, all with the same data */
  unchanged: (CoveredPollTimes | CounterObservation)[]
}

export interface PastTimeRange {
  readonly from: EpochMs
  readonly until: EpochMs
}

export const isWithinTimeRanges = (at: EpochMs, intervals: readonly PastTimeRange[]): boolean =>
  intervals.some(({ from, until }) => at >= from && at <= until)

/**
 * Polls that are really made: `around-edges` = only polls near changes, at heartbeats and at the end; `all` = every
 * poll, to prove that the polls left out contain nothing new.
 */
export type PastPollSelection = 'around-edges' | 'all'

/**
 * Reports whether the track reads byte counters. Each of its polls contains new data, so that all its polls must be
 * made.
 */
export function countsBytes({ kind }: PastPollTrack): boolean {
  return kind === 'stats' || kind === 'connection'
}

export function computePollTimesFromStart({ takesMs }: PastPollTrack, startedAt: EpochMs): CoveredPollTimes {
  return { startedAt, finishedAt: startedAt + takesMs }
}

/**
 * Returns the start of the next poll that has to be made; null if none ends by `until`. The polls before it would read
 * the same data as the last poll that was made, because data are constant between two edges, apart from ages and
 * counters.
 */
export function findNextPoll(track: PastPollTrack, until: EpochMs, asking: PastPollSelection): EpochMs | null {
  const latest = until - track.takesMs
  const usual = track.next <= latest ? usualAsked(track, latest, asking) : null
  const { expedited } = track
  if (expedited === null || expedited > latest) return usual
  return usual === null || expedited < usual ? expedited : usual
}

function usualAsked(track: PastPollTrack, latest: EpochMs, asking: PastPollSelection): EpochMs {
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

/** Adds the polls that are left out before a poll that starts at `at`, and sets the start of the poll after it. */
export function advanceTrackToPollStart(track: PastPollTrack, at: EpochMs): void {
  while (track.next < at) {
    track.unchanged.push(computePollTimesFromStart(track, track.next))
    track.next += track.everyMs(track.next)
  }
  track.next = at + track.everyMs(at)
  if (track.expedited !== null && track.expedited <= at) track.expedited = null
}

/** Adds the polls that end by `at` and need not be made. */
export function addSkippablePollsUntil(track: PastPollTrack, at: EpochMs, asking: PastPollSelection): void {
  const asked = findNextPoll(track, Number.POSITIVE_INFINITY, asking) ?? at
  while (track.next < asked && track.next + track.takesMs <= at) {
    track.unchanged.push(computePollTimesFromStart(track, track.next))
    track.next += track.everyMs(track.next)
  }
}

/** Requests a poll at `at`, or directly after the poll that is running at that time. */
export function requestPollOfTrack(track: PastPollTrack, at: EpochMs): void {
  const every = track.everyMs(track.next)
  const before = track.next + Math.floor((at - 1 - track.next) / every) * every
  track.expedited = Math.max(at, before + track.takesMs + 1)
}
