import { circuitPaths, type DetectedEvent, formatPathSubject } from '#lib/contract/index.ts'
import { createSampleEvidence } from '../../model/create-event.ts'
import { type DetectionContext, isEventOpen, listLiveEvents } from '../../model/context.ts'
import { type DetectionRecheckTime, getRecheckTimeIfNeeded } from '../../model/recheck.ts'
import type { LiveEvent, ResourceState, SessionFact } from '../../model/scope-state.ts'
import {
  findHubConnectionCircuit,
  findHubConnectionOfNeighbor,
  findPathOfCustomerAddress,
  findPrivatePeering,
  PRIVATE_PEERING,
} from '../../model/topology.ts'
import { getSourceFreshness, listHubConnectionPolls, type PolledSourceKey } from './last-answer.ts'

/**
 * Reason that a connection of a hub brings no route: `lost` = the sessions behind it still receive prefixes, so the path
 * between them and the hub is lost; `withdrawn` = these sessions are up and receive none, so the far end withdrew its
 * routes (ADR 0369).
 */
type EmptiedConnectionReason = NonNullable<LiveEvent['emptiedBy']>

/** Sessions that show what the far end of a connection announces, with the source that reports them. */
interface FarEnd {
  source: PolledSourceKey
  sessions: SessionFact[]
}

/**
 * Stores, for each open hub_connection_emptied event, the reason that the sessions behind the connection show. The
 * reason is stored and kept, because the sessions change when the event ends.
 */
export function recordEmptiedConnectionReasons(context: DetectionContext): void {
  for (const live of listLiveEvents(context)) {
    if (!isEmptied(live.event) || !isEventOpen(live) || live.emptiedBy) continue
    const { reason, counts } = judgeEmptiedConnection(context, live.event)
    if (reason !== 'lost' && reason !== 'withdrawn') continue
    live.emptiedBy = reason
    const { from, to } = counts
    const shown = createSampleEvidence('prefixes from the far end of the connection', counts.prefixes, {
      earliest: from,
      latest: to,
    })
    live.event = { ...live.event, evidence: [...live.event.evidence, shown] }
  }
}

const isEmptied = ({ kind }: Pick<DetectedEvent, 'kind'>) => kind === 'hub_connection_emptied'

/**
 * Reports whether the reason of an open hub_connection_emptied event is not known yet, because the sessions behind the
 * connection were not polled between the first and the newest poll that found the table empty.
 */
export const isEmptiedConnectionUnread = (context: DetectionContext, live: LiveEvent): boolean =>
  isEmptied(live.event) &&
  isEventOpen(live) &&
  live.emptiedBy === undefined &&
  judgeEmptiedConnection(context, live.event).reason === 'unread'

/** Returns when the reason of an emptied connection may become known; null if no reason is awaited. */
export const findEmptiedConnectionsRecheckTime = (
  context: DetectionContext,
  { live }: Pick<ResourceState, 'live'>,
): DetectionRecheckTime =>
  getRecheckTimeIfNeeded(Object.values(live).some((one) => isEmptiedConnectionUnread(context, one)))

interface Verdict {
  /**
   * `unread` = a session was not polled between the first and the newest empty table; null = the sessions show no
   * reason, or none is polled
   */
  reason: EmptiedConnectionReason | 'unread' | null
  /** prefixes that the sessions receive, and the time of the polls that read them */
  counts: { prefixes: number; from: number; to: number }
}

function judgeEmptiedConnection(context: DetectionContext, event: DetectedEvent): Verdict {
  const ends = listFarEnds(context, event)
  const newest = findNewestTable(context, event)
  const readAt = ends.map(({ source }) => getSourceFreshness(context, source).at)
  // A session that was polled after the newest empty table may show the state after the return of the routes.
  const isRead = readAt.map((at) => at !== null && newest !== null && at >= event.started.latest && at <= newest)
  const read = ends.filter((_, n) => isRead[n])
  const up = read.flatMap(({ sessions }) => sessions).filter(({ level }) => level === 'up')
  const prefixes = up.reduce((sum, session) => sum + (session.prefixes ?? 0), 0)
  const times = readAt.flatMap((at, n) => (isRead[n] && at !== null ? [at] : []))
  const counts = { prefixes, from: Math.min(...times), to: Math.max(...times) }
  const isOfCircuit = findHubConnectionCircuit(context.topology, event) !== null
  // If the sessions of a VPN connection receive prefixes and its table is still empty, no later poll explains this
  // contradiction.
  if (prefixes > 0) return { reason: isOfCircuit ? 'lost' : null, counts }
  const isWhole = ends.length > 0 && isRead.every(Boolean) && up.every((session) => session.prefixes === 0)
  if (isWhole && up.length > 0) return { reason: 'withdrawn', counts }
  const mayBeRead = readAt.some((at, n) => at !== null && !isRead[n])
  return { reason: mayBeRead ? 'unread' : null, counts }
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

/** Reports whether an event may mean that a hub lost the path over a connection. A withdrawal by the far end does not. */
export const mayBeLossOfConnection = ({ event, emptiedBy }: LiveEvent): boolean =>
  !isEmptied(event) || emptiedBy !== 'withdrawn'

/** Reports whether an event shows that a hub lost the path over a connection. */
export const isProvenLossOfConnection = ({ event, emptiedBy }: LiveEvent): boolean =>
  !isEmptied(event) || emptiedBy === 'lost'
