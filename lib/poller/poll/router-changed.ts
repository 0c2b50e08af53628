import type { EpochMs, StreamChange } from '#lib/contract/index.ts'
import { CHANGES, notifyAll } from '#lib/platform/notifications/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { foldAfterRouter } from '../detection/router-ends.ts'

/**
 * What follows from changes that a router reported: Azure is asked about these sessions now, its circuits are folded with their next poll, and
 * screens fetch it.
 * @param neighbors of the sessions that changed
 */
export async function routerChanged(
  db: Queryable,
  routerId: number,
  at: EpochMs,
  neighbors: readonly string[],
): Promise<void> {
  const circuits = await foldAfterRouter(db, routerId, at, neighbors)
  const change = { topics: ['sessions', 'circuits'], at: new Date(at).toISOString() } satisfies Omit<
    StreamChange,
    'scope'
  >
  const scopes = circuits.length > 0 ? circuits : [null]
  await notifyAll(
    db,
    CHANGES,
    scopes.map((scope) => JSON.stringify({ ...change, scope } satisfies StreamChange)),
  )
}
