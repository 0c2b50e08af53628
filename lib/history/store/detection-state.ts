import type { PoolClient, QueryResult } from 'pg'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Loads and locks the detection state of a source; null = none stored yet. The lock is held until the end of the
 * transaction, so that polls of two kinds of a source cannot overwrite each other's state. The lock and the query are
 * two statements. A single statement would read a snapshot from its start, that is, from before it waited for the lock.
 * They are sent in one round trip.
 * @param note is called with the stored state and its version
 * @throws RangeError unless the source ID is an integer, because combined statements have no parameters
 */
export async function loadDetectionState(
  db: SqlExecutor,
  sourceId: number,
  note?: (peeked: UnlockedDetectionState) => void,
): Promise<unknown> {
  if (!Number.isSafeInteger(sourceId)) throw new RangeError(`${sourceId} is no source`)
  const answers: unknown = await db.query(
    `SELECT pg_advisory_xact_lock(hashtext('peerwatch_detection'), ${sourceId});
     SELECT state::text AS state, xmin::text AS version FROM detection_state WHERE source_id = ${sourceId}`,
  )
  const found = (answers as QueryResult<UnlockedDetectionState>[]).at(-1)?.rows[0]
  if (found) note?.(found)
  return found ? JSON.parse(found.state) : null
}

/**
 * Stores the detection state as plain JSON.
 * @param note is called with the new state and its version, which are valid if the transaction is committed
 */
export async function saveDetectionState(
  db: SqlExecutor,
  sourceId: number,
  state: unknown,
  note?: (peeked: UnlockedDetectionState) => void,
): Promise<void> {
  const json = JSON.stringify(state)
  const { rows } = await db.query<{ version: string }>(
    `INSERT INTO detection_state (source_id, state) VALUES ($1, $2)
     ON CONFLICT (source_id) DO UPDATE SET state = excluded.state, updated_at = now() RETURNING pg_current_xact_id()::xid::text AS version`,
    [sourceId, json],
  )
  for (const { version } of rows) note?.({ state: json, version })
}

/** Detection state of a source at a moment. */
export interface UnlockedDetectionState {
  /** detection state as JSON text */
  state: string
  /** version of the state, which changes whenever the state is stored again */
  version: string
}

/** Returns the detection state of sources without locks, by source; sources without a state are left out. */
export async function readDetectionStatesUnlocked(
  db: SqlExecutor,
  sourceIds: readonly number[],
): Promise<Map<number, UnlockedDetectionState>> {
  const { rows } = await db.query<UnlockedDetectionState & { source_id: number }>(
    'SELECT source_id, state::text AS state, xmin::text AS version FROM detection_state WHERE source_id = ANY ($1::int[])',
    [sourceIds],
  )
  return new Map(rows.map(({ source_id, state, version }) => [source_id, { state, version }]))
}

/**
 * Returns the sources whose state still has the version that was read. States that are to be replaced are locked until
 * the end of the transaction. A state that another transaction has locked is left out; the function does not wait for
 * it.
 */
export async function lockUnchangedDetectionStates(
  client: SqlExecutor,
  peeked: readonly { sourceId: number; version: string; isReplaced: boolean }[],
): Promise<Set<number>> {
  if (peeked.length === 0) return new Set()
  const { rows } = await client.query<{ source_id: number }>({
    name: 'unchanged_detection_states',
    text: `SELECT d.source_id FROM unnest($1::int[], $2::text[], $3::boolean[]) AS n (source_id, version, is_replaced)
           JOIN detection_state d ON d.source_id = n.source_id AND d.xmin::text = n.version
           WHERE CASE WHEN n.is_replaced THEN pg_try_advisory_xact_lock(hashtext('peerwatch_detection'), n.source_id) ELSE true END`,
    values: [
      peeked.map(({ sourceId }) => sourceId),
      peeked.map(({ version }) => version),
      peeked.map(({ isReplaced }) => isReplaced),
    ],
  })
  return new Set(rows.map(({ source_id }) => source_id))
}

/**
 * Replaces states that {@link lockUnchangedDetectionStates} locked. They are sent as one JSON value, because an array
 * of texts would escape each quote.
 * @returns the new versions by source; a state that was stored again meanwhile is left out
 */
export async function replaceDetectionStates(
  client: PoolClient,
  states: readonly (UnlockedDetectionState & { sourceId: number })[],
): Promise<Map<number, string>> {
  const { rows } = await client.query<{ source_id: number; version: string }>({
    name: 'replace_detection_states',
    text: `UPDATE detection_state d SET state = $3::jsonb -> (n.nth - 1)::int, updated_at = now()
           FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS n (source_id, version, nth)
           WHERE d.source_id = n.source_id AND d.xmin::text = n.version
           RETURNING d.source_id, d.xmin::text AS version`,
    values: [
      states.map(({ sourceId }) => sourceId),
      states.map(({ version }) => version),
      `[${states.map(({ state }) => state).join(',')}]`,
    ],
  })
  return new Map(rows.map(({ source_id, version }) => [source_id, version]))
}
