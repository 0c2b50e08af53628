import { type JoinEvidence, joinEvidence, type LinkName, namedSessions } from '#lib/detection/index.ts'
import type { ReportedRouter, RouterSession } from '#lib/history/index.ts'
import { linksInEstate, type Topology } from '#lib/questions/index.ts'

/**
 * Returns a function that finds the evidence that a router session belongs to a circuit's path. If a path has links of
 * both address families, the link with the most matches is used. The function returns null if the session is a router's
 * own table (Loc-RIB), or if the links of the path are unknown.
 */
export function evidenceFinder(
  routers: readonly Pick<ReportedRouter, 'id' | 'address' | 'name'>[],
  sessions: readonly RouterSession[],
  estate: Topology,
): (session: Pick<RouterSession, 'id'>, path: LinkName) => JoinEvidence | null {
  const among = { sessions: namedSessions(sessions, routers), links: linksInEstate(estate) }
  return ({ id }, { circuitId, peering, path }) => {
    const session = among.sessions.find((one) => one.id === id)
    const own = among.links.filter(
      (link) => link.circuitId === circuitId && link.peering === peering && link.path === path,
    )
    const found = session ? own.map((link) => joinEvidence(session, link, among)) : []
    return found.toSorted((a, b) => agreeing(b) - agreeing(a))[0] ?? null
  }
}

const agreeing = (evidence: JoinEvidence) => Object.values(evidence).filter((agrees) => agrees === true).length
