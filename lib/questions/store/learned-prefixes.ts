import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * A group of prefixes that detection learned. They belong together because they were reachable over the same circuits
 * for a long time.
 */
interface LearnedPrefixes {
  /** short ids of the circuits */
  circuits: string[]
  confidence: 'certain' | 'inferred'
  entries: string[]
  prefixes: string[]
}

/** Returns the groups of prefixes that detection has learned, for the whole estate. */
export async function readLearnedPrefixes(db: SqlExecutor): Promise<LearnedPrefixes[]> {
  const { rows } = await db.query<{ known: LearnedPrefixes[] }>(
    `SELECT state #> '{learning,known}' AS known FROM detection_scope
     WHERE jsonb_typeof(state #> '{learning,known}') = 'array'`,
  )
  return rows.flatMap(({ known }) => known)
}
