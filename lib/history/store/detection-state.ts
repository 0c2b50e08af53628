import type { Queryable } from '#lib/platform/queryable.ts'

/**
 * What detection remembers of a source, as it was stored; null before the first time. Whoever loads it inside a transaction
 * has it alone until the end, so that two kinds of one source can't overwrite each other's memory.
 */
export async function loadDetectionState(db: Queryable, sourceId: number): Promise<unknown> {
  await db.query(`SELECT pg_advisory_xact_lock(hashtext('peerwatch_detection'), $1)`, [sourceId])
  const { rows } = await db.query<{ state: unknown }>('SELECT state FROM detection_state WHERE source_id = $1', [
    sourceId,
  ])
  return rows[0]?.state ?? null
}

/** Stores what detection remembers; plain JSON. */
export async function saveDetectionState(db: Queryable, sourceId: number, state: unknown): Promise<void> {
  await db.query(
    `INSERT INTO detection_state (source_id, state) VALUES ($1, $2)
     ON CONFLICT (source_id) DO UPDATE SET state = excluded.state, updated_at = now()`,
    [sourceId, JSON.stringify(state)],
  )
}
