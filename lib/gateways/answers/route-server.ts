import { normalizeArmId, armTypes, azureDocumentedValues, getTopLevelResourceId } from '#lib/contract/index.ts'
import type { RouteServer } from '../api/index.ts'
import type { StoredSession } from '#lib/sessions/api/index.ts'
import { readResourcePage } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readSources, type GatewayResource } from '#lib/questions/index.ts'
import { readHubPeers } from './hub-peers.ts'

/**
 * Limits of a Route Server. Source: "Azure Route Server FAQ" and "Azure subscription and service limits", Route Server
 * limits.
 */
const ROUTE_SERVER_LIMITS = { peers: 8, routesPerPeer: azureDocumentedValues.route_server_peer_prefixes.value } as const

/**
 * Returns the data that only a Route Server has: its settings, limits, and peers with the sizes of their tables. Null
 * for other kinds of gateways.
 * @param sessions sessions of the Route Server
 */
export async function describeRouteServer(
  q: SqlExecutor,
  { resource, config }: GatewayResource,
  sessions: readonly StoredSession[],
): Promise<RouteServer | null> {
  if (config.kind !== 'routeServer') return null
  const key = normalizeArmId(resource.resourceId)
  const listed = await readResourcePage(q, { types: [armTypes.hubBgpConnection] })
  const own = listed.filter(({ resourceId }) => normalizeArmId(getTopLevelResourceId(resourceId)) === key)
  const peers = await readHubPeers(q, own, await readSources(q), () => sessions)
  return {
    branchToBranch: config.branchToBranch,
    routingPreference: config.routingPreference,
    limits: ROUTE_SERVER_LIMITS,
    peers: peers.map(({ peer: { id, resourceId, name }, facts }) => {
      const most = facts.learned && Math.max(0, ...facts.learned.map(({ routes }) => routes))
      return { id, resourceId, name, ...facts, share: most === null ? null : most / ROUTE_SERVER_LIMITS.routesPerPeer }
    }),
  }
}
