import type { Declarations } from '#lib/contract/index.ts'
import { joinRouters, namedSessions, peeringLinks, type RouterJoin } from '#lib/detection/index.ts'
import type { ReportedRouter, RouterSession } from '#lib/history/index.ts'
import type { Topology } from '../topology.ts'

/**
 * Which path of which circuit each session of the customers' routers is; a router's own tables are none.
 * @param estate whose circuits compete: with a part of them, what several could be may seem to be one's
 * @returns by the session's row id
 */
export function routerJoins(
  routers: readonly Pick<ReportedRouter, 'id' | 'address' | 'name'>[],
  sessions: readonly RouterSession[],
  estate: Topology,
  { routerNeighbors }: Pick<Declarations, 'routerNeighbors'>,
): Map<number, RouterJoin> {
  const links = linksInEstate(estate)
  return joinRouters(namedSessions(sessions, routers), links, routerNeighbors)
}

/** Returns the links of all circuits' paths. */
export const linksInEstate = ({ circuits }: Topology) =>
  circuits.flatMap(({ resource, config }) => peeringLinks(resource.id, config))
