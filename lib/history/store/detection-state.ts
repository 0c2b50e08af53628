import type { QueryResult } from 'pg'
import type { Queryable } from '#lib/platform/queryable.ts'

/**
 * What detection remembers of a source, as it was stored; null before the first time. Whoever loads it inside a transaction
 * has it alone until the end, so that two kinds of one source can't overwrite each other's memory.
 *
 * Lock and answer are two statements, since one reads as of its own begin, which is before it has waited; they make one round trip.
 * @throws RangeError unless the source is a whole number: statements that go together take no parameters
 */
export async function loadDetectionState(db: Queryable, sourceId: number): Promise<unknown> {
  if (!Number.isSafeInteger(sourceId)) throw new RangeError(`${sourceId} is no source`)
  const answers: unknown = await db.query(
    `SELECT pg_advisory_xact_lock(hashtext('peerwatch_detection'), ${sourceId});
     SELECT state FROM detection_state WHERE source_id = ${sourceId}`,
  )
  return lastRow(answers)?.state ?? null
}

/** pg answers several statements at once with one result each. */
function lastRow(answers: unknown): { state: unknown } | undefined {
  const results = answers as QueryResult<{ state: unknown }>[]
  return results.at(-1)?.rows[0]
}

/** Stores what detection remembers; plain JSON. */
export async function saveDetectionState(db: Queryable, sourceId: number, state: unknown): Promise<void> {
  await db.query(
    `INSERT INTO detection_state (source_id, state) VALUES ($1, $2)
     ON CONFLICT (source_id) DO UPDATE SET state = excluded.state, updated_at = now()`,
    [sourceId, JSON.stringify(state)],
  )
}
