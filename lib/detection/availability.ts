import { type Bounds, type DurationBounds, SINCE_EVER } from '#lib/contract/index.ts'

/** A stretch in which every sample of a session told the same. */
export interface SampledStretch {
  is: 'up' | 'down' | 'unknown'
  since: Bounds
  /** null while it lasts */
  until: Bounds | null
  /** of one that is up, by its own age: when it came to be established; null = not told */
  establishedAt: Bounds | null
}

/** How a window divides; all of it together is the window. What is between two samples may be either, up or down. */
export interface Availability {
  windowMs: number
  up: DurationBounds
  /** "not established at each of its samples": a rise between two of them is not seen */
  down: DurationBounds
  /** polls were good, and no row told of it */
  absentMs: number
  /** no good poll, or an answer that tells no state: never counted as up or down */
  unknownMs: number
}

type Part = 'up' | 'down' | 'either' | 'absent' | 'unknown'
interface Piece extends Bounds {
  is: Part
}

/**
 * How much of a window a session was up, as bounds: what is certain, and that with all that may have been. Time that no good poll
 * saw is a share of its own.
 * @param stretches of one session, oldest first, none overlapping the next
 * @param gaps in which its source had no good poll
 * @param window ends no later than the last good poll: what came after it is not known
 * @source detection.md 1.4: availability over a window
 */
export function availabilityOf(
  stretches: readonly SampledStretch[],
  gaps: readonly Bounds[],
  window: Bounds,
): Availability {
  const pieces = piecesOf(stretches, window)
  const seams = [...pieces, ...gaps].flatMap(({ lo, hi }) => [lo, hi])
  const inside = seams.filter((at) => at > window.lo && at < window.hi)
  const cuts = [...new Set([window.lo, ...inside, window.hi])].toSorted((a, b) => a - b)
  const lengths: Record<Part, number> = { up: 0, down: 0, either: 0, absent: 0, unknown: 0 }
  for (const [n, hi] of cuts.entries()) {
    const lo = cuts[n - 1]
    if (lo === undefined) continue
    const holds = (one: Bounds) => one.lo <= lo && one.hi >= hi
    lengths[gaps.some(holds) ? 'unknown' : (pieces.find(holds)?.is ?? 'absent')] += hi - lo
  }
  return {
    windowMs: Math.max(0, window.hi - window.lo),
    up: { minMs: lengths.up, maxMs: lengths.up + lengths.either },
    down: { minMs: lengths.down, maxMs: lengths.down + lengths.either },
    absentMs: lengths.absent,
    unknownMs: lengths.unknown,
  }
}

/** The stretches as far as they are certain, and what lies between them. What no piece covers is absent. */
function piecesOf(stretches: readonly SampledStretch[], window: Bounds): Piece[] {
  const changes = stretches.map((stretch, n) => changeBetween(stretches[n - 1], stretch))
  const pieces = stretches.flatMap((stretch, n): Piece[] => {
    const { is, until } = stretch
    const [begin, next] = [changes[n], stretches[n + 1]]
    if (!begin) return []
    const end = until ?? { lo: window.hi, hi: window.hi }
    const certain = { lo: begin.hi, hi: end.lo, is }
    const after: Piece =
      next && adjoin(stretch, next)
        ? // up to the change that the next one begins with
          { lo: end.lo, hi: changes[n + 1]?.lo ?? end.lo, is }
        : { ...end, is: is === 'unknown' ? 'unknown' : 'either' }
    return [begin, certain, after]
  })
  return pieces.filter(({ lo, hi }) => hi > lo)
}

const adjoin = ({ until }: SampledStretch, next: SampledStretch) => until !== null && next.since.lo <= until.hi

/** Where one stretch became another, as close as ages tell, and what the time within these bounds may have been. */
function changeBetween(before: SampledStretch | undefined, stretch: SampledStretch): Piece {
  const { is, since, establishedAt } = stretch
  if (since.lo === SINCE_EVER) return { ...since, is: 'unknown' }
  const former = before && adjoin(before, stretch) ? before : null
  const lo = former?.until ? Math.min(former.until.lo, since.lo) : since.lo
  if (is === 'unknown' || former?.is === 'unknown') return { lo, hi: since.hi, is: 'unknown' }
  if (is === 'down') return { lo, hi: since.hi, is: former?.is === 'down' ? 'down' : 'either' }
  if (!establishedAt) return { lo, hi: since.hi, is: 'either' }
  // up at both ends, and its age says that it never was anything else
  if (establishedAt.hi <= lo) return { lo, hi: since.hi, is: former?.is === 'up' ? 'up' : 'either' }
  const rose = { lo: Math.max(lo, establishedAt.lo), hi: Math.min(since.hi, establishedAt.hi) }
  if (rose.lo > rose.hi) return { lo, hi: since.hi, is: 'either' }
  // it fell at any time before it rose; it was down up to there only if the last sample said so
  return { lo: former?.is === 'down' ? rose.lo : lo, hi: rose.hi, is: 'either' }
}
