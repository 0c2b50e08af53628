import { type Bounds, type DurationBounds, type EpochMs, BEFORE_MONITORING } from '#lib/contract/index.ts'
import type { PeriodPart, PeriodState } from '#lib/detection/verdict/period-parts.ts'

/** A interval in which every sample of a session reported the same. */
export interface SampledInterval {
  is: 'up' | 'down' | 'unknown'
  since: Bounds
  /** null while it lasts */
  until: Bounds | null
  /** of one that is up, by its own age: when it came to be established; null = not reported */
  establishedAt: Bounds | null
}

/** How a window divides; all of it together is the window. What is between two samples may be either, up or down. */
interface Availability {
  windowMs: number
  up: DurationBounds
  /** "not established at each of its samples": a rise between two of them is not seen */
  down: DurationBounds
  /** polls were good, and no row reported it */
  absentMs: number
  /** no good poll, or an answer that reports no state: never counted as up or down */
  unknownMs: number
}

type Part = 'up' | 'down' | 'either' | 'absent' | 'unknown'
interface Piece extends Bounds {
  is: Part
}

/**
 * How much of a window a session was up, as bounds: what is certain, and that with all that may have been. Time that no good poll
 * saw is a share of its own.
 * @param intervals of one session, oldest first, none overlapping the next
 * @param gaps in which its source had no good poll
 * @param window ends no later than the last good poll: what came after it is not known
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
  // good polls did not list it: that it was down is not known
  absent: 'unknown',
  unknown: 'unknown',
}

/**
 * A period divided as {@link availabilityOf} divides it, in the parts that every other resource's time is divided in. What was not listed
 * is as unknown as what nobody polled.
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

/** A window cut wherever something of it changes. Months have thousands of gaps, so none is read again once it has passed. */
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

/** Which of some times holds one that is asked for, of several the first; they are asked in order. */
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

/** The intervals as far as they are certain, and what lies between them. What no piece covers is absent. */
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
        ? // up to the change that the next one begins with
          { earliest: end.earliest, latest: changes[n + 1]?.earliest ?? end.earliest, is }
        : { ...end, is: is === 'unknown' ? 'unknown' : 'either' }
    return [begin, certain, after]
  })
  return pieces.filter(({ earliest, latest }) => latest > earliest)
}

const adjoin = ({ until }: SampledInterval, next: SampledInterval) =>
  until !== null && next.since.earliest <= until.latest

/** Where one interval became another, as close as ages report, and what the time within these bounds may have been. */
function changeBetween(before: SampledInterval | undefined, interval: SampledInterval): Piece {
  const { is, since, establishedAt } = interval
  if (since.earliest === BEFORE_MONITORING) return { ...since, is: 'unknown' }
  const former = before && adjoin(before, interval) ? before : null
  const earliest = former?.until ? Math.min(former.until.earliest, since.earliest) : since.earliest
  if (is === 'unknown' || former?.is === 'unknown') return { earliest, latest: since.latest, is: 'unknown' }
  if (is === 'down') return { earliest, latest: since.latest, is: former?.is === 'down' ? 'down' : 'either' }
  if (!establishedAt) return { earliest, latest: since.latest, is: 'either' }
  // up at both ends, and its age says that it never was anything else
  if (establishedAt.latest <= earliest)
    return { earliest, latest: since.latest, is: former?.is === 'up' ? 'up' : 'either' }
  const rose = {
    earliest: Math.max(earliest, establishedAt.earliest),
    latest: Math.min(since.latest, establishedAt.latest),
  }
  if (rose.earliest > rose.latest) return { earliest, latest: since.latest, is: 'either' }
  // it fell at any time before it rose; it was down up to there only if the last sample said so
  return { earliest: former?.is === 'down' ? rose.earliest : earliest, latest: rose.latest, is: 'either' }
}
