import { circuitPaths, type DetectedEvent, formatPathSubject } from '#lib/contract/index.ts'
import { createSampleEvidence } from '../../model/create-event.ts'
import { type DetectionContext, isEventOpen, listLiveEvents } from '../../model/context.ts'
import { type DetectionRecheckTime, getRecheckTimeIfNeeded } from '../../model/recheck.ts'
import type { InboundRouteMap, LiveEvent, ResourceState, SessionFact } from '../../model/scope-state.ts'
import {
  findHubConnectionCircuit,
  findHubConnectionOfNeighbor,
  findPathOfCustomerAddress,
  findPrivatePeering,
  PRIVATE_PEERING,
} from '../../model/topology.ts'
import { getSourceFreshness, isInventoryUnread, listHubConnectionPolls, type PolledSourceKey } from './last-answer.ts'
import { doesRouteMapDropPrefix } from '../../verdict/index.ts'

/**
 * Reason that a connection of a hub brings no route: `lost` = the sessions behind it still receive prefixes, so the path
 * between them and the hub is lost; `withdrawn` = these sessions are up and receive none, so the far end withdrew its
 * routes; `filtered` = a new or changed route map of the hub drops all of them (ADR 0369, ADR 0381).
 */
type EmptiedConnectionReason = NonNullable<LiveEvent['emptiedBy']>

/** Sessions that show what the far end of a connection announces, with the source that reports them. */
interface FarEnd {
  source: PolledSourceKey
  sessions: SessionFact[]
}

/**
 * Stores, for each open hub_connection_emptied event, the reason that the sessions behind the connection and the route
 * maps of the hub show. The reason is stored and kept, because the sessions change when the event ends.
 */
export function recordEmptiedConnectionReasons(context: DetectionContext): void {
  for (const live of listLiveEvents(context)) {
    if (!isEmptied(live.event) || !isEventOpen(live) || live.emptiedBy) continue
    const { reason, counts } = judgeEmptiedConnection(context, live)
    if (reason === 'unread' || reason === null) continue
    live.emptiedBy = reason
    const map = reason === 'filtered' ? findInboundRouteMap(context, live.event) : undefined
    const shown = [
      ...(counts
        ? [
            createSampleEvidence('prefixes from the far end of the connection', counts.prefixes, {
              earliest: counts.from,
              latest: counts.to,
            }),
          ]
        : []),
      ...(map ? [createSampleEvidence('route map that drops the routes', map.name, map.since)] : []),
    ]
    live.event = { ...live.event, evidence: [...live.event.evidence, ...shown] }
  }
}

/** Returns the route map that changes the inbound routes of an event's connection; undefined if none is known. */
export const findInboundRouteMap = (
  { scopes }: DetectionContext,
  { scope, subject }: Pick<DetectedEvent, 'scope' | 'subject'>,
): InboundRouteMap | undefined => scopes[scope]?.inboundMaps?.[subject]

/**
 * Reports whether a route map of the hub drops all routes that the connection of an event brought, according to a change
 * of the map's rules or connections that may precede the event; null = not known. A map that was unchanged while the
 * connection brought these routes does not drop them.
 */
function isConnectionFiltered(context: DetectionContext, { event, prefixes = [] }: LiveEvent): boolean | null {
  const map = findInboundRouteMap(context, event)
  if (!map || prefixes.length === 0) return false
  const { earliest, latest } = event.started
  const isRecent = map.since.earliest <= latest && map.since.latest >= earliest - context.settings['config.before']
  if (!isRecent) return false
  const drops = prefixes.map((prefix) => doesRouteMapDropPrefix(map.rules, prefix))
  return drops.includes(false) ? false : drops.includes(null) ? null : true
}

const isEmptied = ({ kind }: Pick<DetectedEvent, 'kind'>) => kind === 'hub_connection_emptied'

/**
 * Reports whether the reason of an open hub_connection_emptied event is not known yet, because the sessions behind the
 * connection were not polled between the first and the newest poll that found the table empty, or because the inventory,
 * which lists route maps, was not read since then.
 */
export const isEmptiedConnectionUnread = (context: DetectionContext, live: LiveEvent): boolean =>
  isEmptied(live.event) &&
  isEventOpen(live) &&
  live.emptiedBy === undefined &&
  judgeEmptiedConnection(context, live).reason === 'unread'

/** Returns when the reason of an emptied connection may become known; null if no reason is awaited. */
export const findEmptiedConnectionsRecheckTime = (
  context: DetectionContext,
  { live }: Pick<ResourceState, 'live'>,
): DetectionRecheckTime =>
  getRecheckTimeIfNeeded(Object.values(live).some((one) => isEmptiedConnectionUnread(context, one)))

interface Verdict {
  /**
   * `unread` = a session was not polled between the first and the newest empty table, or the inventory was not read
   * since the first; null = the sessions and route maps show no reason, or no session is polled
   */
  reason: EmptiedConnectionReason | 'unread' | null
  /** prefixes that the sessions receive, and the time of the polls that read them; null = no session was read */
  counts: { prefixes: number; from: number; to: number } | null
}

function judgeEmptiedConnection(context: DetectionContext, live: LiveEvent): Verdict {
  const { event } = live
  const ends = listFarEnds(context, event)
  const newest = findNewestTable(context, event)
  const readAt = ends.map(({ source }) => getSourceFreshness(context, source).at)
  // A session that was polled after the newest empty table may show the state after the return of the routes.
  const isRead = readAt.map((at) => at !== null && newest !== null && at >= event.started.latest && at <= newest)
  const read = ends.filter((_, n) => isRead[n])
  const up = read.flatMap(({ sessions }) => sessions).filter(({ level }) => level === 'up')
  const prefixes = up.reduce((sum, session) => sum + (session.prefixes ?? 0), 0)
  const times = readAt.flatMap((at, n) => (isRead[n] && at !== null ? [at] : []))
  const counts = times.length > 0 ? { prefixes, from: Math.min(...times), to: Math.max(...times) } : null
  const isOfCircuit = findHubConnectionCircuit(context.topology, event) !== null
  const isFiltered = isConnectionFiltered(context, live)
  if (prefixes > 0) {
    if (isFiltered) return { reason: 'filtered', counts }
    if (isInventoryUnread(context, event.started.latest)) return { reason: 'unread', counts }
    // If the sessions of a VPN connection receive prefixes and its table is still empty, no later poll explains this
    // contradiction.
    return { reason: isOfCircuit && isFiltered === false ? 'lost' : null, counts }
  }
  const isWhole = ends.length > 0 && isRead.every(Boolean) && up.every((session) => session.prefixes === 0)
  if (isWhole && up.length > 0) return { reason: 'withdrawn', counts }
  const mayBeRead = readAt.some((at, n) => at !== null && !isRead[n])
  return { reason: mayBeRead ? 'unread' : isFiltered ? 'filtered' : null, counts }
}

/** Returns the begin of the last good poll of the routes of an emptied connection; null if it is not known. */
function findNewestTable(context: DetectionContext, { scope, subject }: DetectedEvent): number | null {
  const times = listHubConnectionPolls(context).flatMap(({ gateway, connection, at }) =>
    gateway === scope && connection === subject ? (at ?? []) : [],
  )
  return times.length > 0 ? Math.max(...times) : null
}

/**
 * Returns the sessions behind a connection of a hub. They are the sessions of the circuit's private peering with the
 * customer's routers, or the sessions of the hub's VPN gateway with the VPN site. Azure reports no sessions of
 * ExpressRoute gateways of hubs.
 */
function listFarEnds({ topology, scopes }: DetectionContext, event: DetectedEvent): FarEnd[] {
  const circuit = findHubConnectionCircuit(topology, event)
  const peering = findPrivatePeering(topology, circuit)
  if (circuit !== null && peering)
    return circuitPaths.flatMap((path): FarEnd[] => {
      if (peering.customers[path] === null) return []
      const subresource = formatPathSubject(PRIVATE_PEERING, path)
      const sessions = Object.values(scopes[circuit]?.sessions ?? {}).filter(
        (session) =>
          session.subresource === subresource && findPathOfCustomerAddress(peering, session.neighbor) === path,
      )
      return [{ source: { scope: circuit, subresource, kind: 'summary' }, sessions }]
    })
  const { scope, subject } = event
  const sessions = Object.values(scopes[scope]?.sessions ?? {}).filter(
    ({ subresource, neighbor, isMeasured }) =>
      subresource === '' && !isMeasured && findHubConnectionOfNeighbor(topology, scope, neighbor) === subject,
  )
  return sessions.length > 0 ? [{ source: { scope, subresource: '', kind: 'peers' }, sessions }] : []
}

/**
 * Reports whether an event may be the reason that a hub misses the routes of a connection, and not only a sign that the
 * far end withdrew them.
 */
export const mayBeLossOfConnection = ({ event, emptiedBy }: LiveEvent): boolean =>
  !isEmptied(event) || emptiedBy !== 'withdrawn'

/** Reports whether an event shows that a hub lost the path over a connection. */
export const isProvenLossOfConnection = ({ event, emptiedBy }: LiveEvent): boolean =>
  !isEmptied(event) || emptiedBy === 'lost'
