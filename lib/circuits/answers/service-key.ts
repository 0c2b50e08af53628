import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { EpochMs, ListParameters } from '#lib/contract/index.ts'
import type { CircuitsEndpointResponse, CircuitsCommandResult } from '../api/index.ts'
import { recordServiceKeyRequest, readServiceKeyRequests } from '../store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  getActorName,
  type ReadableDatabase,
  getSqlExecutor,
  InvalidRequestError,
  buildAgeWithoutPolls,
  FOREIGN_CURSOR_FAULT,
  resolveCircuit,
} from '#lib/questions/index.ts'

/**
 * Records that a user needs a circuit's service key. Peerwatch itself does not read the key; the user reads it in Azure
 * with personal rights.
 * @throws NotFoundError if the circuit is unknown
 */
export async function requestServiceKey(
  db: Database,
  id: string,
  why: string,
  now: EpochMs = getDatabaseNow(),
): Promise<CircuitsCommandResult<'requestServiceKey'>> {
  const circuit = await resolveCircuit(db.pool, id)
  const { id: circuitId, name: circuitName, resourceId: armId } = circuit
  const asked = { at: new Date(now), by: getActorName(), why, circuitId, circuitName, armId }
  return { data: await recordServiceKeyRequest(db.pool, asked) }
}

/**
 * Lists the recorded requests for service keys, newest first.
 * @throws InvalidRequestError if the cursor is invalid
 */
export async function listServiceKeyRequests(
  db: ReadableDatabase,
  { cursor = null, limit }: { cursor?: ListParameters['cursor'] | null; limit: number },
): Promise<CircuitsEndpointResponse<'serviceKeyRequests'>> {
  const now = getDatabaseNow()
  if (cursor !== null && !/^\d{1,18}$/.test(cursor)) throw new InvalidRequestError(FOREIGN_CURSOR_FAULT)
  const rows = await readServiceKeyRequests(getSqlExecutor(db), { limit: limit + 1, before: cursor })
  const page = rows.slice(0, limit)
  return {
    data: page,
    ...buildAgeWithoutPolls(now),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  }
}
