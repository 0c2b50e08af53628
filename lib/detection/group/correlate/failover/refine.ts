import type { Bounds, EpochMs, FailoverRevision } from '#lib/contract/index.ts'
import type { Accounts } from './accounts.ts'

/** A bound after a later snapshot, and whether that contradicted the earlier one. */
interface Refined {
  bounds: Bounds | null
  isOutside: boolean
}

/** A later snapshot may only narrow what was said; one that has nothing in common with it is noted, and changes nothing. */
export function refined(known: Bounds | null, now: Bounds | null): Refined {
  if (!known || !now) return { bounds: now ?? known, isOutside: false }
  const both = { earliest: Math.max(known.earliest, now.earliest), latest: Math.min(known.latest, now.latest) }
  if (both.earliest > both.latest) return { bounds: known, isOutside: true }
  return { bounds: both, isOutside: false }
}

/** A mark after a check what counters and rates report it, and what that revised. */
interface Revised {
  bounds: Bounds | null
  revisions: FailoverRevision[]
}

/** Takes one account after the other: what is known first is no revision, what narrows it or contradicts it is. */
export function revised(
  mark: FailoverRevision['mark'],
  known: Bounds | null,
  accounts: Accounts | null,
  at: EpochMs,
): Revised {
  let bounds = known
  const revisions: FailoverRevision[] = []
  for (const by of ['counters', 'rates'] as const) {
    const reported = accounts?.[by] ?? null
    const { bounds: next, isOutside } = refined(bounds, reported)
    const isNarrower =
      bounds !== null && next !== null && (next.earliest > bounds.earliest || next.latest < bounds.latest)
    if (bounds && reported && (isOutside || isNarrower))
      revisions.push({ at, mark, by, before: bounds, reported, isOutside })
    bounds = next
  }
  return { bounds, revisions }
}

/** The newest are kept: a snapshot that contradicts says so again with every sample. */
const MAX_REVISIONS = 20

/** The log of revisions with those of one snapshot, each contradiction once. */
export function withRevisions(
  known: readonly FailoverRevision[],
  added: readonly FailoverRevision[],
): FailoverRevision[] {
  const isSame = (a: FailoverRevision, b: FailoverRevision) =>
    a.mark === b.mark && a.by === b.by && a.isOutside && b.isOutside
  const fresh = added.filter((one) => !known.some((other) => isSame(one, other)))
  return [...known, ...fresh].slice(-MAX_REVISIONS)
}

/** Two accounts of one moment, as narrow as both together allow; where they contradict each other, the first. */
export function agreed(first: Bounds | null, other: Bounds | null): Bounds | null {
  return refined(first, other).bounds
}

/** From one moment to another, both within bounds; never below 0. */
export function lengthFrom(from: Bounds | null, to: Bounds | null) {
  if (!from || !to) return null
  return { minMs: Math.max(0, to.earliest - from.latest), maxMs: Math.max(0, to.latest - from.earliest) }
}
