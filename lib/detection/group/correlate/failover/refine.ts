import type { Bounds, EpochMs, FailoverRevision } from '#lib/contract/index.ts'
import type { MarkBounds } from './accounts.ts'

/** A bound after a later evaluation, and whether that evaluation contradicted the earlier bound. */
interface Refined {
  bounds: Bounds | null
  isOutside: boolean
}

/**
 * Narrows the known bounds by a later evaluation. An evaluation without any overlap is reported as `isOutside` and
 * changes no bound.
 */
export function narrowBounds(known: Bounds | null, now: Bounds | null): Refined {
  if (!known || !now) return { bounds: now ?? known, isOutside: false }
  const both = { earliest: Math.max(known.earliest, now.earliest), latest: Math.min(known.latest, now.latest) }
  if (both.earliest > both.latest) return { bounds: known, isOutside: true }
  return { bounds: both, isOutside: false }
}

/** A mark after it was compared with counters and rates, and the revisions that this caused. */
interface Revised {
  bounds: Bounds | null
  revisions: FailoverRevision[]
}

/**
 * Applies first the counters and then the rates to a mark. The first known bounds are not a revision; later bounds that
 * narrow or contradict them are.
 */
export function reviseMark(
  mark: FailoverRevision['mark'],
  known: Bounds | null,
  accounts: MarkBounds | null,
  at: EpochMs,
): Revised {
  let bounds = known
  const revisions: FailoverRevision[] = []
  for (const by of ['counters', 'rates'] as const) {
    const reported = accounts?.[by] ?? null
    const { bounds: next, isOutside } = narrowBounds(bounds, reported)
    const isNarrower =
      bounds !== null && next !== null && (next.earliest > bounds.earliest || next.latest < bounds.latest)
    if (bounds && reported && (isOutside || isNarrower))
      revisions.push({ at, mark, by, before: bounds, reported, isOutside })
    bounds = next
  }
  return { bounds, revisions }
}

/** Maximum number of revisions. The newest are kept, because a contradicting evaluation repeats with every sample. */
const MAX_REVISIONS = 20

/** Returns the log of revisions with the added revisions; each contradiction is listed once. */
export function withRevisions(
  known: readonly FailoverRevision[],
  added: readonly FailoverRevision[],
): FailoverRevision[] {
  const isSame = (a: FailoverRevision, b: FailoverRevision) =>
    a.mark === b.mark && a.by === b.by && a.isOutside && b.isOutside
  const fresh = added.filter((one) => !known.some((other) => isSame(one, other)))
  return [...known, ...fresh].slice(-MAX_REVISIONS)
}

/** Returns the intersection of two bounds of the same time; if they contradict each other, the first. */
export function intersectBounds(first: Bounds | null, other: Bounds | null): Bounds | null {
  return narrowBounds(first, other).bounds
}

/** Returns the duration between two times with bounds, in ms and never below 0; null if one of them is unknown. */
export function getDurationBetween(from: Bounds | null, to: Bounds | null) {
  if (!from || !to) return null
  return { minMs: Math.max(0, to.earliest - from.latest), maxMs: Math.max(0, to.latest - from.earliest) }
}
