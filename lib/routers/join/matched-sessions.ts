import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { armTypes } from '#lib/contract/index.ts'
import {
  matchRouterSessionsToGateways,
  matchRouterSessionsToPaths,
  addRouterNames,
  listPeeringLinks,
  type RouterSideSession,
  type RouterMatchingInput,
} from '#lib/detection/index.ts'
import {
  readInstanceSessions,
  readResourcePage,
  readReportingRouters,
  readCurrentDeclarations,
  readReportedSessions,
  type RouterSession,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

interface JoinedSession {
  session: RouterSession
  /** display name of the router */
  router: string
  on: RouterSideSession['on']
  /** Address of the router in the session; null = neither the router nor the configuration of the circuit shows it. */
  customer: string | null
  /** The same router's BGP session with Peerwatch's collector; null = it has none. */
  collected: RouterSession | null
}

/**
 * Reads the addresses on the paths of all circuits that currently exist, and the operators' declarations about routers.
 */
async function readRouterLinks(db: SqlExecutor): Promise<RouterMatchingInput> {
  const { routerNeighbors } = await readCurrentDeclarations(db)
  const circuits = await readResourcePage(db, { types: [armTypes.circuit] })
  const links = circuits.flatMap(({ id, config }) =>
    listPeeringLinks(id, decodeResourceConfig(armTypes.circuit, config)),
  )
  return { links, routerNeighbors }
}

/**
 * Returns the router sessions that were assigned to a circuit path or to a session of a VPN gateway. If there are no
 * router sessions, only one query is made.
 * @param reads sessions and addresses, if the caller has already read them
 */
export async function readMatchedSessions(
  db: SqlExecutor,
  reads: { sessions?: readonly RouterSession[]; linksOf?: () => Promise<RouterMatchingInput> } = {},
): Promise<JoinedSession[]> {
  const { sessions = await readReportedSessions(db), linksOf = () => readRouterLinks(db) } = reads
  if (sessions.length === 0) return []
  const reported = addRouterNames(sessions, await readReportingRouters(db))
  const { links, routerNeighbors } = await linksOf()
  const joins = matchRouterSessionsToPaths(reported, links, routerNeighbors)
  const gateways = matchRouterSessionsToGateways(
    reported,
    await readInstanceSessions(
      db,
      reported.map(({ neighbor }) => neighbor),
    ),
  )
  const collectors = new Map(
    reported.flatMap((session) => (isCollectorSession(session) ? [[session.routerAddress, session] as const] : [])),
  )
  return reported.flatMap((session): JoinedSession[] => {
    const join = joins.get(session.id)
    const router = session.routerName || session.routerAddress
    const collected = isCollectorSession(session) ? session : (collectors.get(session.routerAddress) ?? null)
    const facingGateway = gateways.get(session.id)
    if ((!join || !('link' in join)) && facingGateway) {
      const { gateway, instance, neighbor } = facingGateway
      return [{ session, router, on: { gateway, instance }, customer: neighbor, collected }]
    }
    if (!join || !('link' in join)) return []
    const { circuitId, peering, path } = join.link
    const facing = links.find(
      (link) =>
        link.circuitId === circuitId &&
        link.peering === peering &&
        link.path === path &&
        (isCollectorSession(session) || link.microsoft === session.neighbor),
    )
    const customer = (isCollectorSession(session) ? null : session.localAddress) ?? facing?.customer ?? null
    return [{ session, router, on: { circuit: circuitId, peering, path }, customer, collected }]
  })
}

/** Reports whether a session is a router's session with Peerwatch's collector, and not with Azure. */
export const isCollectorSession = ({ protocol }: Pick<RouterSession, 'protocol'>) => protocol === 'bgp'
