import {
  type TimestampBounds,
  type DurationBounds,
  type EpochMs,
  INSTANT_BEFORE_MONITORING,
} from '#lib/contract/index.ts'
import type { PeriodStateInterval, PeriodState } from '#lib/detection/verdict/period-states.ts'

/** A time in which every poll of a session reported the same state. */
export interface SessionSampleInterval {
  is: 'up' | 'down' | 'unknown'
  since: TimestampBounds
  /** earliest and latest time at which the interval may have ended; null = it has not ended */
  until: TimestampBounds | null
  /**
   * Earliest and latest time at which the session may have been established. They follow from the age that the router
   * reports. Null = the age is not reported, or the session is not up
   */
  establishedAt: TimestampBounds | null
}

/**
 * The time that a session spent in each state in a window. The durations add up to the window. If two consecutive polls
 * report different states, the session may have been up or down between them. Therefore `up` and `down` have a minimum
 * and a maximum.
 */
interface Availability {
  windowMs: number
  up: DurationBounds
  /**
   * Time in which polls reported the session as not established. A short interruption between two polls is not
   * included, because polls do not see it
   */
  down: DurationBounds
  /** time in which polls were successful, but did not list the session */
  absentMs: number
  /**
   * Time without a successful poll, or in which polls reported no state. It is included neither in `up` nor in `down`
   */
  unknownMs: number
}

type Part = 'up' | 'down' | 'either' | 'absent' | 'unknown'
interface Piece extends TimestampBounds {
  is: Part
}

/**
 * Returns how long a session was up and down in a window, each as minimum and maximum. Time without a successful poll
 * is returned separately.
 * @param intervals intervals of one session, oldest first, without overlaps
 * @param gaps times without a successful poll of the session
 * @param window must not end after the last successful poll, because the state after it is unknown
 * @source docs/rules/detection.md 1.4: availability over a window
 */
export function computeAvailability(
  intervals: readonly SessionSampleInterval[],
  gaps: readonly TimestampBounds[],
  window: TimestampBounds,
): Availability {
  const lengths: Record<Part, number> = { up: 0, down: 0, either: 0, absent: 0, unknown: 0 }
  for (const { earliest, latest, is } of dividedWindow(intervals, gaps, window)) lengths[is] += latest - earliest
  return {
    windowMs: Math.max(0, window.latest - window.earliest),
    up: { minMs: lengths.up, maxMs: lengths.up + lengths.either },
    down: { minMs: lengths.down, maxMs: lengths.down + lengths.either },
    absentMs: lengths.absent,
    unknownMs: lengths.unknown,
  }
}

const periodStates: Record<Part, PeriodState> = {
  up: 'up',
  down: 'down',
  either: 'indeterminate',
  // If polls do not list a session, this does not prove that it was down.
  absent: 'unknown',
  unknown: 'unknown',
}

/**
 * Divides a period by the state of a session, in the format that is used for all kinds of resources. Time in which
 * polls did not list the session is unknown, like time without polls.
 */
export function splitPeriodBySessionState(
  intervals: readonly SessionSampleInterval[],
  gaps: readonly TimestampBounds[],
  period: { from: EpochMs; to: EpochMs },
): PeriodStateInterval[] {
  const parts: PeriodStateInterval[] = []
  for (const { earliest, latest, is } of dividedWindow(intervals, gaps, { earliest: period.from, latest: period.to })) {
    const [state, last] = [periodStates[is], parts.at(-1)]
    if (last?.state === state) last.to = latest
    else parts.push({ from: earliest, to: latest, state, owner: null, since: null })
  }
  return parts
}

/**
 * Divides a window at each change of state, and at the begins and ends of gaps. A period of several months may have
 * thousands of gaps, so intervals and gaps are read only once, in order of time.
 */
function dividedWindow(
  intervals: readonly SessionSampleInterval[],
  gaps: readonly TimestampBounds[],
  window: TimestampBounds,
): Piece[] {
  const pieces = piecesOf(intervals, window)
  const seams = [...pieces, ...gaps].flatMap(({ earliest, latest }) => [earliest, latest])
  const inside = seams.filter((at) => at > window.earliest && at < window.latest)
  const cuts = [...new Set([window.earliest, ...inside, window.latest])].toSorted((a, b) => a - b)
  const [gapAt, pieceAt] = [holderIn(gaps), holderIn(pieces)]
  return cuts.slice(1).map((latest, n): Piece => {
    const earliest = cuts[n] ?? window.earliest
    return { earliest, latest, is: gapAt(earliest, latest) ? 'unknown' : (pieceAt(earliest, latest)?.is ?? 'absent') }
  })
}

/**
 * Returns a function that returns the element of `times` that contains a given time span; null if there is none. The
 * time spans of successive calls must be in ascending order.
 */
function holderIn<Time extends TimestampBounds>(
  times: readonly Time[],
): (earliest: EpochMs, latest: EpochMs) => Time | null {
  const sorted = times.toSorted((a, b) => a.earliest - b.earliest)
  let first = 0
  return (earliest, latest) => {
    while ((sorted[first]?.latest ?? Number.POSITIVE_INFINITY) <= earliest) first++
    for (let n = first; ; n++) {
      const time = sorted[n]
      if (!time || time.earliest > earliest) return null
      if (time.latest >= latest) return time
    }
  }
}

/**
 * Divides a window into times in which the state is certain, and times between them in which it is uncertain. Times in
 * which polls did not list the session are left out.
 */
function piecesOf(intervals: readonly SessionSampleInterval[], window: TimestampBounds): Piece[] {
  const changes = intervals.map((interval, n) => changeBetween(intervals[n - 1], interval))
  const pieces = intervals.flatMap((interval, n): Piece[] => {
    const { is, until } = interval
    const [begin, next] = [changes[n], intervals[n + 1]]
    if (!begin) return []
    const end = until ?? { earliest: window.latest, latest: window.latest }
    const certain = { earliest: begin.latest, latest: end.earliest, is }
    const after: Piece =
      next && adjoin(interval, next)
        ? // the state lasts until the change to the next interval begins
          { earliest: end.earliest, latest: changes[n + 1]?.earliest ?? end.earliest, is }
        : { ...end, is: is === 'unknown' ? 'unknown' : 'either' }
    return [begin, certain, after]
  })
  return pieces.filter(({ earliest, latest }) => latest > earliest)
}

const adjoin = ({ until }: SessionSampleInterval, next: SessionSampleInterval) =>
  until !== null && next.since.earliest <= until.latest

/**
 * Returns the time in which a session changed from one interval to the next, and its possible states in that time. If
 * the age of the session is known, it makes this time shorter.
 */
function changeBetween(before: SessionSampleInterval | undefined, interval: SessionSampleInterval): Piece {
  const { is, since, establishedAt } = interval
  if (since.earliest === INSTANT_BEFORE_MONITORING) return { ...since, is: 'unknown' }
  const former = before && adjoin(before, interval) ? before : null
  const earliest = former?.until ? Math.min(former.until.earliest, since.earliest) : since.earliest
  if (is === 'unknown' || former?.is === 'unknown') return { earliest, latest: since.latest, is: 'unknown' }
  if (is === 'down') return { earliest, latest: since.latest, is: former?.is === 'down' ? 'down' : 'either' }
  if (!establishedAt) return { earliest, latest: since.latest, is: 'either' }
  // According to its age, the session was established before this time. Therefore it was up for the whole time.
  if (establishedAt.latest <= earliest)
    return { earliest, latest: since.latest, is: former?.is === 'up' ? 'up' : 'either' }
  const rose = {
    earliest: Math.max(earliest, establishedAt.earliest),
    latest: Math.min(since.latest, establishedAt.latest),
  }
  if (rose.earliest > rose.latest) return { earliest, latest: since.latest, is: 'either' }
  // The session may have gone down at any moment before it was established again. If the previous poll already found it
  // down, it was certainly down from that poll until it was established again.
  return { earliest: former?.is === 'down' ? rose.earliest : earliest, latest: rose.latest, is: 'either' }
}
