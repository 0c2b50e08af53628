import type { TimestampBounds, EpochMs, FailoverTimeCorrection } from '#lib/contract/index.ts'
import type { FailoverTimeBounds } from './forwarding-bounds.ts'

/** Bounds of a time after a later evaluation. `isOutside` = the later evaluation contradicted the earlier bounds. */
interface Refined {
  bounds: TimestampBounds | null
  isOutside: boolean
}

/**
 * Intersects the known bounds of a time with the bounds of a later evaluation. If they do not overlap, the known bounds
 * are kept and `isOutside` is true.
 */
export function narrowKnownBounds(known: TimestampBounds | null, now: TimestampBounds | null): Refined {
  if (!known || !now) return { bounds: now ?? known, isOutside: false }
  const both = { earliest: Math.max(known.earliest, now.earliest), latest: Math.min(known.latest, now.latest) }
  if (both.earliest > both.latest) return { bounds: known, isOutside: true }
  return { bounds: both, isOutside: false }
}

/**
 * One timestamp of a failover (for example the end of forwarding) after it was compared with byte counters and bit
 * rates, with the corrections (revisions) that resulted.
 */
interface Revised {
  bounds: TimestampBounds | null
  revisions: FailoverTimeCorrection[]
}

/**
 * Narrows one timestamp of a failover by the byte counters, and then by the bit rates. A revision is recorded only if
 * known bounds are narrowed or contradicted. The first bounds of a timestamp are not a revision.
 */
export function narrowFailoverTime(
  mark: FailoverTimeCorrection['mark'],
  known: TimestampBounds | null,
  accounts: FailoverTimeBounds | null,
  at: EpochMs,
): Revised {
  let bounds = known
  const revisions: FailoverTimeCorrection[] = []
  for (const by of ['counters', 'rates'] as const) {
    const reported = accounts?.[by] ?? null
    const { bounds: next, isOutside } = narrowKnownBounds(bounds, reported)
    const isNarrower =
      bounds !== null && next !== null && (next.earliest > bounds.earliest || next.latest < bounds.latest)
    if (bounds && reported && (isOutside || isNarrower))
      revisions.push({ at, mark, by, before: bounds, reported, isOutside })
    bounds = next
  }
  return { bounds, revisions }
}

/**
 * Maximum number of stored revisions of a failover. The newest are kept. A limit is needed, because a contradiction can
 * repeat with every sample.
 */
const MAX_REVISIONS = 20

/**
 * Adds revisions (recorded corrections of timestamps) to the known ones. If the same source (counters or rates)
 * contradicts the same timestamp repeatedly, only one revision is added. Only the newest MAX_REVISIONS are kept.
 */
export function mergeFailoverRevisions(
  known: readonly FailoverTimeCorrection[],
  added: readonly FailoverTimeCorrection[],
): FailoverTimeCorrection[] {
  const isSame = (a: FailoverTimeCorrection, b: FailoverTimeCorrection) =>
    a.mark === b.mark && a.by === b.by && a.isOutside && b.isOutside
  const fresh = added.filter((one) => !known.some((other) => isSame(one, other)))
  return [...known, ...fresh].slice(-MAX_REVISIONS)
}

/** Returns the intersection of two bounds of the same time; the first bounds if they do not overlap. */
export function intersectBounds(first: TimestampBounds | null, other: TimestampBounds | null): TimestampBounds | null {
  return narrowKnownBounds(first, other).bounds
}

/** Returns the duration between two times with bounds, in ms and never below 0; null if one of them is unknown. */
export function computeDurationBetweenBounds(from: TimestampBounds | null, to: TimestampBounds | null) {
  if (!from || !to) return null
  return { minMs: Math.max(0, to.earliest - from.latest), maxMs: Math.max(0, to.latest - from.earliest) }
}
