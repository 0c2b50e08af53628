import { type Bounds, type DurationBounds, type EpochMs, BEFORE_MONITORING } from '#lib/contract/index.ts'
import type { PeriodPart, PeriodState } from '#lib/detection/verdict/period-parts.ts'

/** An interval in which every sample of a session reported the same state. */
export interface SampledInterval {
  is: 'up' | 'down' | 'unknown'
  since: Bounds
  /** bounds of the time when the interval ended; null while it is ongoing */
  until: Bounds | null
  /**
   * bounds of the time when the session was established, from the session's age that the router reports; null = not
   * reported, or the session is not up
   */
  establishedAt: Bounds | null
}

/**
 * Durations of a session's states in a window. The parts add up to the whole window. Time between two samples with
 * different states may be up or down, so `up` and `down` are bounds.
 */
interface Availability {
  windowMs: number
  up: DurationBounds
  /**
   * time in which the samples did not report the session as established; an interruption between two samples is not
   * observed
   */
  down: DurationBounds
  /** time in which polls were successful but did not list the session */
  absentMs: number
  /** time without a successful poll, or with a response without a state; never counted as up or down */
  unknownMs: number
}

type Part = 'up' | 'down' | 'either' | 'absent' | 'unknown'
interface Piece extends Bounds {
  is: Part
}

/**
 * Returns how long a session was up in a window, as bounds of the certain and the possible time. Time without a
 * successful poll is a
 * separate part.
 * @param intervals intervals of one session, oldest first, without overlaps
 * @param gaps times without a successful poll of its source
 * @param window must not end later than the last successful poll, because the time after it is unknown
 * @source docs/rules/detection.md 1.4: availability over a window
 */
export function availabilityOf(
  intervals: readonly SampledInterval[],
  gaps: readonly Bounds[],
  window: Bounds,
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
  // successful polls did not list the session, which does not prove that it was down
  absent: 'unknown',
  unknown: 'unknown',
}

/**
 * Divides a period by the state of a session, in the form that is used for all resources. Time in which successful
 * polls did not list the session is unknown, like time without polls.
 */
export function sessionParts(
  intervals: readonly SampledInterval[],
  gaps: readonly Bounds[],
  period: { from: EpochMs; to: EpochMs },
): PeriodPart[] {
  const parts: PeriodPart[] = []
  for (const { earliest, latest, is } of dividedWindow(intervals, gaps, { earliest: period.from, latest: period.to })) {
    const [state, last] = [periodStates[is], parts.at(-1)]
    if (last?.state === state) last.to = latest
    else parts.push({ from: earliest, to: latest, state, owner: null, since: null })
  }
  return parts
}

/**
 * Cuts a window at every change of state and at the ends of gaps. Intervals and gaps are read once in order, because
 * several months may have thousands of gaps.
 */
function dividedWindow(intervals: readonly SampledInterval[], gaps: readonly Bounds[], window: Bounds): Piece[] {
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
 * Returns a function that finds the time span that contains a given interval; null if there is none. It must be called
 * with intervals in ascending order.
 */
function holderIn<Time extends Bounds>(times: readonly Time[]): (earliest: EpochMs, latest: EpochMs) => Time | null {
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
 * Returns the parts of the window with a certain state, and the uncertain parts between them. Time that no part covers
 * was without a row of the session.
 */
function piecesOf(intervals: readonly SampledInterval[], window: Bounds): Piece[] {
  const changes = intervals.map((interval, n) => changeBetween(intervals[n - 1], interval))
  const pieces = intervals.flatMap((interval, n): Piece[] => {
    const { is, until } = interval
    const [begin, next] = [changes[n], intervals[n + 1]]
    if (!begin) return []
    const end = until ?? { earliest: window.latest, latest: window.latest }
    const certain = { earliest: begin.latest, latest: end.earliest, is }
    const after: Piece =
      next && adjoin(interval, next)
        ? // up to the change with which the next interval starts
          { earliest: end.earliest, latest: changes[n + 1]?.earliest ?? end.earliest, is }
        : { ...end, is: is === 'unknown' ? 'unknown' : 'either' }
    return [begin, certain, after]
  })
  return pieces.filter(({ earliest, latest }) => latest > earliest)
}

const adjoin = ({ until }: SampledInterval, next: SampledInterval) =>
  until !== null && next.since.earliest <= until.latest

/**
 * Returns the bounds of the change from one interval to the next, as narrow as session ages allow, with the state in
 * between.
 */
function changeBetween(before: SampledInterval | undefined, interval: SampledInterval): Piece {
  const { is, since, establishedAt } = interval
  if (since.earliest === BEFORE_MONITORING) return { ...since, is: 'unknown' }
  const former = before && adjoin(before, interval) ? before : null
  const earliest = former?.until ? Math.min(former.until.earliest, since.earliest) : since.earliest
  if (is === 'unknown' || former?.is === 'unknown') return { earliest, latest: since.latest, is: 'unknown' }
  if (is === 'down') return { earliest, latest: since.latest, is: former?.is === 'down' ? 'down' : 'either' }
  if (!establishedAt) return { earliest, latest: since.latest, is: 'either' }
  // the session is up at both ends, and its age proves that it was up all the time in between
  if (establishedAt.latest <= earliest)
    return { earliest, latest: since.latest, is: former?.is === 'up' ? 'up' : 'either' }
  const rose = {
    earliest: Math.max(earliest, establishedAt.earliest),
    latest: Math.min(since.latest, establishedAt.latest),
  }
  if (rose.earliest > rose.latest) return { earliest, latest: since.latest, is: 'either' }
  // The session may have gone down at any time before it came up. The time before that was certainly down only if the
  // last sample reported it.
  return { earliest: former?.is === 'down' ? rose.earliest : earliest, latest: rose.latest, is: 'either' }
}
