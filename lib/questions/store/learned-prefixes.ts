import type { Queryable } from '#lib/platform/queryable.ts'

/** Prefixes that are reached alike for long, and by which circuits. */
interface LearnedPrefixes {
  /** short ids */
  circuits: string[]
  confidence: 'certain' | 'inferred'
  entries: string[]
  prefixes: string[]
}

/** What detection has learned of prefixes that belong together, of every group of the estate. */
export async function learnedPrefixes(db: Queryable): Promise<LearnedPrefixes[]> {
  const { rows } = await db.query<{ known: LearnedPrefixes[] }>(
    `SELECT state #> '{learning,known}' AS known FROM detection_scope
     WHERE jsonb_typeof(state #> '{learning,known}') = 'array'`,
  )
  return rows.flatMap(({ known }) => known)
}
