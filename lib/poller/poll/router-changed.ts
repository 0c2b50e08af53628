import type { EpochMs, StreamChange } from '#lib/contract/index.ts'
import { CHANGES, notifyAll } from '#lib/platform/notifications/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { foldAfterAnnouncement, foldAfterRouter } from '../detection/router-ends.ts'

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
  await notifyOf(db, ['sessions', 'circuits', 'gateways', 'routers'], at, folded.length > 0 ? folded : [null])
}

/** What follows where a router announces otherwise than before; nothing where it sent the same again. */
export async function routerAnnounced(
  db: Queryable,
  routerId: number,
  announced: Parameters<typeof foldAfterAnnouncement>[2],
): Promise<void> {
  const folded = await foldAfterAnnouncement(db, routerId, announced)
  if (folded.length > 0) await notifyOf(db, ['circuits', 'gateways', 'routers'], announced.at, folded)
}

const notifyOf = (db: Queryable, topics: StreamChange['topics'], at: EpochMs, scopes: readonly (string | null)[]) =>
  notifyAll(
    db,
    CHANGES,
    scopes.map((scope) => JSON.stringify({ topics, at: new Date(at).toISOString(), scope } satisfies StreamChange)),
  )
