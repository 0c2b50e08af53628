import { armTypes, type EpochMs } from '#lib/contract/index.ts'

/** A part of a type, over which what one answered list lacks is concluded only when the next one lacks it too: 1 / this. */
const HELD_BACK_OVER = 3

/** Asked for one by one, as operators choose them: no list of them can be short. */
const CHOSEN: ReadonlySet<string> = new Set([armTypes.networkInterface])

/** Bounds of the absence of what one answered list lacked while a second is waited for. */
export interface Missing {
  /** start of the last reading that had it */
  after: EpochMs
  /** end of the first that lacked it; null = so far the resource itself did not prove that it is gone */
  by: EpochMs | null
}

/** A resource that is known and that an answered list of its type lacks. */
interface Lacked {
  type: string
  /** null = the answered list before this one had it */
  missing: Missing | null
}

/**
 * Which of the lacked resources are gone, and which a second reading is needed for. A list that is answered short (a page lost, a right
 * taken away, a region in trouble) lacks much at once, while people remove little at a time: more than a third of a type is concluded
 * from two answered lists, and so is the only one of a type.
 * @param known by type, how many this source listed before
 */
export function removalsOf<T extends Lacked>(
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
