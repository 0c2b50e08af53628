import { armTypes, type EpochMs } from '#lib/contract/index.ts'

/**
 * Divisor of the number of resources of a type: if a list lacks more than 1/3 of them, the next list must confirm the
 * removal.
 */
const HELD_BACK_OVER = 3

/** Types that are requested one by one because operators chose them, so that their list cannot be incomplete. */
const CHOSEN: ReadonlySet<string> = new Set([armTypes.networkInterface])

/** Bounds of the absence of a resource that a complete list lacked, until a second list confirms it. */
export interface ResourceAbsence {
  /** start of the last poll that listed the resource */
  after: EpochMs
  /**
   * end of the first poll that lacked the resource; null = the request for the resource itself did not prove yet that
   * it is gone
   */
  by: EpochMs | null
}

/** A known resource that a complete list of its type lacks. */
interface Lacked {
  type: string
  /** absence in the previous complete list; null = that list contained the resource */
  missing: ResourceAbsence | null
}

/**
 * Returns which of the missing resources are gone, and which need a second poll. An incomplete response (a lost page, a
 * removed right, a failing region) lacks many resources together, while people usually remove few at a time. If more
 * than a third of a type is missing, or the only resource of a type, two complete lists must lack it.
 */
export function splitRemovals<T extends Lacked>(
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
