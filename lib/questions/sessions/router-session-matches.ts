import type { Declarations } from '#lib/contract/index.ts'
import {
  matchRouterSessionsToPaths,
  addRouterNames,
  listPeeringLinks,
  type RouterSessionMatch,
} from '#lib/detection/index.ts'
import type { ReportingRouter, RouterSession } from '#lib/history/index.ts'
import type { EstateTopology } from '../topology.ts'

/**
 * Returns the circuit path of each session in the reports of customers' routers, because these reports do not contain
 * the circuit.
 * @param estate all circuits. If some circuits are missing, a session that matches several circuits could seem to match
 *   only one
 * @returns by row id of the session
 */
export function matchRouterSessions(
  routers: readonly Pick<ReportingRouter, 'id' | 'address' | 'name'>[],
  sessions: readonly RouterSession[],
  estate: EstateTopology,
  { routerNeighbors }: Pick<Declarations, 'routerNeighbors'>,
): Map<number, RouterSessionMatch> {
  const links = listPeeringLinksOfTopology(estate)
  return matchRouterSessionsToPaths(addRouterNames(sessions, routers), links, routerNeighbors)
}

/** Returns the links of both paths of all circuits. */
export const listPeeringLinksOfTopology = ({ circuits }: EstateTopology) =>
  circuits.flatMap(({ resource, config }) => listPeeringLinks(resource.id, config))
