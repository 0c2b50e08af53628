import { armTypes, type EpochMs } from '#lib/contract/index.ts'

/**
 * Divisor for the share of missing resources of a type. If a list lacks more than 1/HELD_BACK_OVER of them, the next
 * list must confirm their removal.
 */
const HELD_BACK_OVER = 3

/**
 * Types of which operators choose the polled resources. Each one is requested individually, so there is no list that
 * can be incomplete.
 */
const CHOSEN: ReadonlySet<string> = new Set([armTypes.networkInterface])

/**
 * Bounds of the time at which a resource may have been removed, for a resource that a complete list lacked. Stored
 * until the removal is confirmed or the resource is listed again.
 */
export interface UnconfirmedResourceRemoval {
  /** start of the last poll that listed the resource */
  after: EpochMs
  /**
   * end of the first poll that lacked the resource; null = a request for the resource itself has not proved yet that it
   * is gone
   */
  by: EpochMs | null
}

/** A known resource that a complete list of its type lacks. */
interface Lacked {
  type: string
  /** absence that an earlier complete list began; null = the previous complete list contained the resource */
  missing: UnconfirmedResourceRemoval | null
}

/**
 * Splits missing resources into those that are gone and those whose removal a second list must confirm. People usually
 * remove few resources at a time, but an incomplete response (a lost page, a removed right, a failing region) lacks
 * many. If more than a third of the resources of a type are missing, each of them counts as gone only after two
 * complete lists without it. This is always so for a type with only one or two resources, because one of them is
 * already more than a third. Types that are requested individually ({@link CHOSEN}) need no second list.
 */
export function splitGoneAndMissing<T extends Lacked>(
  lacked: readonly T[],
  known: ReadonlyMap<string, number>,
): { gone: T[]; awaited: T[] } {
  const gone: T[] = []
  const awaited: T[] = []
  for (const [type, own] of Map.groupBy(lacked, (one) => one.type)) {
    const isMany = !CHOSEN.has(type) && own.length * HELD_BACK_OVER > (known.get(type) ?? 0)
    for (const one of own) (isMany && (one.missing?.by ?? null) === null ? awaited : gone).push(one)
  }
  return { gone, awaited }
}
