import {
  type RouterMatchEvidence,
  collectRouterMatchEvidence,
  type PeeringLinkId,
  addRouterNames,
} from '#lib/detection/index.ts'
import type { ReportingRouter, RouterSession } from '#lib/history/index.ts'
import { listPeeringLinksOfTopology, type EstateTopology } from '#lib/questions/index.ts'

/**
 * Returns a function that compares a router's session with a circuit path, and returns the evidence for or against
 * their belonging together. If the path has an IPv4 and an IPv6 link, the link that fits better is used. It returns
 * null for the router's own table (Loc-RIB), or if the addresses of the path are unknown.
 */
export function createMatchEvidenceFinder(
  routers: readonly Pick<ReportingRouter, 'id' | 'address' | 'name'>[],
  sessions: readonly RouterSession[],
  estate: EstateTopology,
): (session: Pick<RouterSession, 'id'>, path: PeeringLinkId) => RouterMatchEvidence | null {
  const among = { sessions: addRouterNames(sessions, routers), links: listPeeringLinksOfTopology(estate) }
  return ({ id }, { circuitId, peering, path }) => {
    const session = among.sessions.find((one) => one.id === id)
    const own = among.links.filter(
      (link) => link.circuitId === circuitId && link.peering === peering && link.path === path,
    )
    const found = session ? own.map((link) => collectRouterMatchEvidence(session, link, among)) : []
    return found.toSorted((a, b) => agreeing(b) - agreeing(a))[0] ?? null
  }
}

const agreeing = (evidence: RouterMatchEvidence) => Object.values(evidence).filter((agrees) => agrees === true).length
