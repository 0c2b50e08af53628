import type { EpochMs, StreamChange } from '#lib/contract/index.ts'
import { CHANGES, notifyAll } from '#lib/platform/notifications/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { foldAfterRouter } from '../detection/router-ends.ts'

/**
 * What follows from changes that a router reported: Azure is asked about these sessions now, workers fold the circuits and gateways
 * ({@link ReportedFolds}), by their next poll at the latest, and screens fetch it.
 * @param neighbors of the sessions that changed
 */
export async function routerChanged(
  db: Queryable,
  routerId: number,
  at: EpochMs,
  neighbors: readonly string[],
): Promise<void> {
  const folded = await foldAfterRouter(db, routerId, at, neighbors)
  const topics: StreamChange['topics'] = ['sessions', 'circuits', 'gateways', 'routers']
  const change = { topics, at: new Date(at).toISOString() }
  const scopes = folded.length > 0 ? folded : [null]
  await notifyAll(
    db,
    CHANGES,
    scopes.map((scope) => JSON.stringify({ ...change, scope } satisfies StreamChange)),
  )
}
