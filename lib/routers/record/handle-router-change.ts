import type { EpochMs, StreamChange } from '#lib/contract/index.ts'
import { isAnnouncedAsBefore, type RouterSideSession, getRouterSideResourceId } from '#lib/detection/index.ts'
import {
  listSources,
  readReportedSessions,
  requestDetectionOfResources,
  type RouterSession,
} from '#lib/history/index.ts'
import { expeditePolls } from '#lib/platform/leases/index.ts'
import { CHANGES_NOTIFY_CHANNEL, sendMessagesToPostgresChannel } from '#lib/platform/notifications/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { isCollectorSession, readMatchedSessions } from '../join/matched-sessions.ts'
import { compareAdvertisedRoutes, getCurrentRouterStateInterval } from '../join/router-side-sessions.ts'

/**
 * Handles changes of sessions that a router reported. Azure's end of these sessions is polled now, the circuits and
 * gateways are evaluated again (with their next poll at the latest), and browsers are notified.
 * @param neighbors neighbors of the changed sessions
 */
export async function handleRouterChange(
  db: SqlExecutor,
  routerId: number,
  at: EpochMs,
  neighbors: readonly string[],
): Promise<void> {
  const folded = await requestDetectionAfterRouter(db, routerId, at, neighbors)
  await notifyOf(db, ['sessions', 'circuits', 'gateways', 'routers'], at, folded.length > 0 ? folded : [null])
}

/**
 * Handles changes of the routes that a router advertises. Nothing happens if the router only sent the same routes
 * again.
 */
export async function handleRouterAnnouncement(
  db: SqlExecutor,
  routerId: number,
  announced: Parameters<typeof foldAfterAnnouncement>[2],
): Promise<void> {
  const folded = await foldAfterAnnouncement(db, routerId, announced)
  if (folded.length > 0) await notifyOf(db, ['circuits', 'gateways', 'routers'], announced.at, folded)
}

const notifyOf = (db: SqlExecutor, topics: StreamChange['topics'], at: EpochMs, scopes: readonly (string | null)[]) =>
  sendMessagesToPostgresChannel(
    db,
    CHANGES_NOTIFY_CHANNEL,
    scopes.map((scope) => JSON.stringify({ topics, at: new Date(at).toISOString(), scope } satisfies StreamChange)),
  )

/**
 * Requests a new evaluation of the circuits and gateways whose sessions a router reports, even if their next poll shows
 * no change. Polls of Azure's end of the changed sessions become due now.
 * @param neighbors neighbors of the changed sessions
 * @returns short ids of the circuits and gateways with changed sessions
 */
export async function requestDetectionAfterRouter(
  db: SqlExecutor,
  routerId: number,
  at: EpochMs,
  neighbors: readonly string[] = [],
): Promise<string[]> {
  const joined = await readMatchedSessions(db)
  const own = joined.filter(({ session, collected }) => [session.routerId, collected?.routerId].includes(routerId))
  await requestDetectionOfResources(db, [...new Set(own.map(getRouterSideResourceId))], at)
  const isAmong = ({ neighbor }: RouterSession) => neighbor !== null && neighbors.includes(neighbor)
  // If the router's session with Peerwatch's collector went down, include all its sessions, because it may have lost
  // them, too.
  const changed = own.filter(
    ({ session, collected }) =>
      (isAmong(session) && !isCollectorSession(session)) || (collected?.state === 'down' && isAmong(collected)),
  )
  for (const { on } of changed) await readAzureNow(db, on)
  return [...new Set(changed.map(getRouterSideResourceId))]
}

/**
 * Requests a new evaluation of the circuits and gateways for which a router's advertised routes changed. The router may
 * advertise the routes in a session with Azure or in its session with Peerwatch's collector. Nothing happens if the
 * router only sent its table again.
 * @param announced.neighbors neighbors of the sessions with advertised routes since `announced.since`
 * @returns short ids of the circuits and gateways
 */
async function foldAfterAnnouncement(
  db: SqlExecutor,
  routerId: number,
  { neighbors, since, at }: { neighbors: readonly string[]; since: EpochMs; at: EpochMs },
): Promise<string[]> {
  const sessions = await readReportedSessions(db)
  const changedIds = new Set<number>()
  for (const session of sessions) {
    if (session.routerId !== routerId || session.neighbor === null || !neighbors.includes(session.neighbor)) continue
    const announced = await compareAdvertisedRoutes(db, session, getCurrentRouterStateInterval(session), {
      from: since - 1,
      to: at,
    })
    if (announced !== null && !announced.changes.every(isAnnouncedAsBefore)) changedIds.add(session.id)
  }
  // return early if no route changed, because assigning sessions to circuit paths is slow
  if (changedIds.size === 0) return []
  const joined = await readMatchedSessions(db, { sessions })
  const changed = joined.filter(
    ({ session, collected }) => changedIds.has(session.id) || (collected !== null && changedIds.has(collected.id)),
  )
  const scopes = [...new Set(changed.map(getRouterSideResourceId))]
  if (scopes.length > 0) await requestDetectionOfResources(db, scopes, at)
  // poll only the summary. If it shows a changed number of prefixes, the poller also polls the routes
  // (lib/poller/plan/follow-ups.ts)
  for (const { on } of changed) await readAzureNow(db, on)
  return scopes
}

/**
 * Makes the poll of Azure's end of a session due now (ADR 0271). For a circuit, it is only the summary of the session's
 * path, because Azure executes the requests for a circuit one after another, and more polls would delay this one.
 */
async function readAzureNow(db: SqlExecutor, on: RouterSideSession['on']): Promise<void> {
  const [scope, kind] = 'circuit' in on ? [on.circuit, 'summary' as const] : [on.gateway, 'peers' as const]
  for (const { sourceId, subresource, poll, scheduled } of await listSources(db, { scope })) {
    const isOther = 'circuit' in on && !isOfPath(subresource, on)
    if (scheduled && poll.kind === kind && !isOther) await expeditePolls(db, sourceId, [kind])
  }
}

/** Reports whether a subresource, for example `AzurePrivatePeering/primary`, is this path. */
const isOfPath = (subresource: string, { peering, path }: { peering: string; path: string }) =>
  subresource.toLowerCase().includes(peering) && subresource.endsWith(`/${path}`)
