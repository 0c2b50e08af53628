import type { PoolClient, QueryResult } from 'pg'
import type { Queryable } from '#lib/platform/queryable.ts'

/**
 * What detection remembers of a source, as it was stored; null before the first time. Whoever loads it inside a transaction
 * has it alone until the end, so that two kinds of one source can't overwrite each other's memory.
 *
 * Lock and answer are two statements, since one reads as of its own begin, which is before it has waited; they make one round trip.
 * @param note takes it as it stands
 * @throws RangeError unless the source is a whole number: statements that go together take no parameters
 */
export async function loadDetectionState(
  db: Queryable,
  sourceId: number,
  note?: (peeked: PeekedState) => void,
): Promise<unknown> {
  if (!Number.isSafeInteger(sourceId)) throw new RangeError(`${sourceId} is no source`)
  const answers: unknown = await db.query(
    `SELECT pg_advisory_xact_lock(hashtext('peerwatch_detection'), ${sourceId});
     SELECT state::text AS state, xmin::text AS version FROM detection_state WHERE source_id = ${sourceId}`,
  )
  const found = (answers as QueryResult<PeekedState>[]).at(-1)?.rows[0]
  if (found) note?.(found)
  return found ? JSON.parse(found.state) : null
}

/** Stores what detection remembers; plain JSON. @param note takes it as it stands from now on, if the transaction is kept */
export async function saveDetectionState(
  db: Queryable,
  sourceId: number,
  state: unknown,
  note?: (peeked: PeekedState) => void,
): Promise<void> {
  const json = JSON.stringify(state)
  const { rows } = await db.query<{ version: string }>(
    `INSERT INTO detection_state (source_id, state) VALUES ($1, $2)
     ON CONFLICT (source_id) DO UPDATE SET state = excluded.state, updated_at = now() RETURNING pg_current_xact_id()::xid::text AS version`,
    [sourceId, json],
  )
  for (const { version } of rows) note?.({ state: json, version })
}

/** What detection remembers of a source, as it stood at one moment. */
export interface PeekedState {
  /** JSON */
  state: string
  /** differs as soon as somebody has stored it again */
  version: string
}

/** What detection remembers of sources, by source, without having it alone; those without any memory are left out. */
export async function peekDetectionStates(
  db: Queryable,
  sourceIds: readonly number[],
): Promise<Map<number, PeekedState>> {
  const { rows } = await db.query<PeekedState & { source_id: number }>(
    'SELECT source_id, state::text AS state, xmin::text AS version FROM detection_state WHERE source_id = ANY ($1::int[])',
    [sourceIds],
  )
  return new Map(rows.map(({ source_id, state, version }) => [source_id, { state, version }]))
}

/**
 * Which sources' memory is still in the version that was peeked. Those that are to be replaced are the caller's alone until the end of
 * the transaction; what another one has alone just now is left out, without waiting for it.
 */
export async function unchangedDetectionStates(
  client: Queryable,
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
 * Replaces states that {@link unchangedDetectionStates} gave to the caller alone: as one value of JSON, for an array of texts escapes each quote.
 * @returns the new versions by source; one that was stored again meanwhile is left out
 */
export async function replaceDetectionStates(
  client: PoolClient,
  states: readonly (PeekedState & { sourceId: number })[],
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
