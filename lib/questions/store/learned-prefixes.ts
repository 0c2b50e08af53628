import type { Queryable } from '#lib/platform/queryable.ts'

/** Prefixes that detection learned as one group, because they have long been reachable over the same circuits. */
interface LearnedPrefixes {
  /** short ids of the circuits */
  circuits: string[]
  confidence: 'certain' | 'inferred'
  entries: string[]
  prefixes: string[]
}

/** Returns the groups of prefixes that detection has learned, for the whole estate. */
export async function readLearnedPrefixes(db: Queryable): Promise<LearnedPrefixes[]> {
  const { rows } = await db.query<{ known: LearnedPrefixes[] }>(
    `SELECT state #> '{learning,known}' AS known FROM detection_scope
     WHERE jsonb_typeof(state #> '{learning,known}') = 'array'`,
  )
  return rows.flatMap(({ known }) => known)
}
