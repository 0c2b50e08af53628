import type { EpochMs, StreamChange } from '#lib/contract/index.ts'
import { isBack, type RouterEnd, scopeOfEnd } from '#lib/detection/index.ts'
import { listSources, reportedSessions, requestFold, type RouterSession } from '#lib/history/index.ts'
import { expedite } from '#lib/platform/leases/index.ts'
import { CHANGES, notifyAll } from '#lib/platform/notifications/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { isCollected, joinedSessions } from '../join/joined-sessions.ts'
import { announcedBy, spanNow } from '../join/router-ends.ts'

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

/**
 * Has the next poll of their groups folded, whatever it shows, for the circuits and gateways whose sessions a router reports: it has just reported
 * that some of them changed. The polls that read Azure's end of these are made due now.
 * @param neighbors of the sessions that changed
 * @returns the circuits and gateways whose sessions changed
 */
export async function foldAfterRouter(
  db: Queryable,
  routerId: number,
  at: EpochMs,
  neighbors: readonly string[] = [],
): Promise<string[]> {
  const joined = await joinedSessions(db)
  const own = joined.filter(({ session, collected }) => [session.routerId, collected?.routerId].includes(routerId))
  await requestFold(db, [...new Set(own.map(scopeOfEnd))], at)
  const isAmong = ({ neighbor }: RouterSession) => neighbor !== null && neighbors.includes(neighbor)
  // a router that the collector has lost may have lost all its sessions
  const changed = own.filter(
    ({ session, collected }) =>
      (isAmong(session) && !isCollected(session)) || (collected?.state === 'down' && isAmong(collected)),
  )
  for (const { on } of changed) await readAzureNow(db, on)
  return [...new Set(changed.map(scopeOfEnd))]
}

/**
 * The same for a router that announces otherwise than before, over a session with Azure or to the collector, by one policy. Nothing follows
 * where it does not: of a table that it sent again.
 * @param neighbors of the sessions that it announced something over since then
 * @returns the circuits and gateways that it announces to
 */
async function foldAfterAnnouncement(
  db: Queryable,
  routerId: number,
  { neighbors, since, at }: { neighbors: readonly string[]; since: EpochMs; at: EpochMs },
): Promise<string[]> {
  const sessions = await reportedSessions(db)
  const changedIds = new Set<number>()
  for (const session of sessions) {
    if (session.routerId !== routerId || session.neighbor === null || !neighbors.includes(session.neighbor)) continue
    const announced = await announcedBy(db, session, spanNow(session), { from: since - 1, to: at })
    if (announced !== null && !announced.changes.every(isBack)) changedIds.add(session.id)
  }
  // a router that sends its table again changes nothing, so that its sessions need not be joined
  if (changedIds.size === 0) return []
  const joined = await joinedSessions(db, { sessions })
  const changed = joined.filter(
    ({ session, collected }) => changedIds.has(session.id) || (collected !== null && changedIds.has(collected.id)),
  )
  const scopes = [...new Set(changed.map(scopeOfEnd))]
  if (scopes.length > 0) await requestFold(db, scopes, at)
  // its count of prefixes has the routes read that follow from it (lib/poller/plan/follow-ups.ts)
  for (const { on } of changed) await readAzureNow(db, on)
  return scopes
}

/** ADR 0271. Of a circuit the summary of the session's own path alone: Azure answers one question about a circuit after the other. */
async function readAzureNow(db: Queryable, on: RouterEnd['on']): Promise<void> {
  const [scope, kind] = 'circuit' in on ? [on.circuit, 'summary' as const] : [on.gateway, 'peers' as const]
  for (const { sourceId, subresource, poll, scheduled } of await listSources(db, { scope })) {
    const isOther = 'circuit' in on && !isOfPath(subresource, on)
    if (scheduled && poll.kind === kind && !isOther) await expedite(db, sourceId, [kind])
  }
}

/** Such as AzurePrivatePeering/primary. */
const isOfPath = (subresource: string, { peering, path }: { peering: string; path: string }) =>
  subresource.toLowerCase().includes(peering) && subresource.endsWith(`/${path}`)
