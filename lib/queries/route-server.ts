import { decodeConfig } from '#lib/azure/config/index.ts'
import { reservedBy } from '#lib/bgp/index.ts'
import {
  armKey,
  armTypes,
  owningResource,
  ROUTE_SERVER_LIMITS,
  type RouteServer,
  type RouteServerPeer,
  type Session,
} from '#lib/contract/index.ts'
import {
  listResources,
  type ResourceView,
  type RouteCount,
  routeCounts,
  type SourceStatus,
} from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readSources } from './freshness.ts'
import type { GatewayResource } from './topology.ts'

/**
 * What a Route Server has beside what every gateway has: its peers with the sizes of their tables. Null = another kind of gateway.
 * @param sessions of the Route Server
 */
export async function routeServerOf(
  q: Queryable,
  { resource, config }: GatewayResource,
  sessions: readonly Session[],
): Promise<RouteServer | null> {
  if (config.kind !== 'routeServer') return null
  const key = armKey(resource.resourceId)
  const listed = await listResources(q, { types: [armTypes.hubBgpConnection] })
  const own = listed.filter(({ resourceId }) => armKey(owningResource(resourceId)) === key)
  const counts = Map.groupBy(await routeCounts(q, { scopes: own.map(({ id }) => id) }), ({ scope }) => scope)
  const sources = Map.groupBy(await readSources(q), ({ scope }) => scope)
  const peers = own.map((peer) => peerView(peer, counts.get(peer.id) ?? [], sources.get(peer.id) ?? [], sessions))
  return { branchToBranch: config.branchToBranch, limits: ROUTE_SERVER_LIMITS, peers }
}

function peerView(
  { id, resourceId, name, config }: ResourceView,
  counts: readonly RouteCount[],
  sources: readonly SourceStatus[],
  sessions: readonly Session[],
): RouteServerPeer {
  const { peerAddress, peerAsn } = decodeConfig(armTypes.hubBgpConnection, config)
  const session = sessions.find(({ neighbor }) => neighbor === peerAddress)
  const tableOf = (kind: 'learned' | 'advertised') => {
    const isRead = sources.some(({ poll }) => poll.kind === kind && poll.lastOkAt !== null)
    const own = counts.filter((count) => count.kind === kind)
    return isRead ? own.map(({ instance, routes }) => ({ instance, routes })) : null
  }
  const learned = tableOf('learned')
  const most = learned && Math.max(0, ...learned.map(({ routes }) => routes))
  return {
    id,
    resourceId,
    name,
    address: peerAddress,
    asn: peerAsn,
    asnReservedBy: peerAsn === null ? null : reservedBy(peerAsn),
    state: stateOf(session),
    azureStatus: session?.azureState ?? null,
    learned,
    advertised: tableOf('advertised'),
    share: most === null ? null : most / ROUTE_SERVER_LIMITS.routesPerPeer,
  }
}

function stateOf(session: Session | undefined): RouteServerPeer['state'] {
  switch (session?.verdict) {
    case 'up':
      return 'up'
    case 'down':
    case 'never_established':
      return 'down'
    default:
      return 'unknown'
  }
}
