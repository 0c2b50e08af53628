import { canonicalAddress, MSEE_ASN } from '#lib/bgp/index.ts'
import {
  type CircuitConfig,
  type CircuitPath,
  circuitPaths,
  type DeclaredRouterNeighbor,
  type EpochMs,
  linksOf,
  peeringKind,
  type PeeringType,
} from '#lib/contract/index.ts'

/** A session as a customer's router reports it, as far as the join needs it. */
export interface ReportedSession {
  id: number
  routerAddress: string
  /** as the router states it */
  routerName: string
  /** of the VRF */
  distinguisher: string
  neighbor: string
  /** null = the session has not come up since the router reports */
  localAddress: string | null
  localAsn: number | null
  neighborAsn: number | null
}

/** One link of one path of a peering: both of its ends as the circuit is configured. */
export interface PeeringLink {
  circuitId: string
  peering: PeeringType
  path: CircuitPath
  customer: string
  microsoft: string
  /** null = ARM states none */
  azureAsn: number | null
  peerAsn: number | null
}

/** What sessions are joined with: the links of all circuits' paths, and what an operator declared. */
export interface RouterLinks {
  links: readonly PeeringLink[]
  routerNeighbors: readonly DeclaredRouterNeighbor[]
}

export type LinkName = Pick<PeeringLink, 'circuitId' | 'peering' | 'path'>

/** Which path of which circuit a router's session is: what is known of it, and why no more. */
export type RouterJoin =
  /** an operator said so, or addresses and ASNs of both ends are those of one link only */
  | { state: 'confirmed' | 'inferred'; link: LinkName }
  /** links that it may be; nothing is guessed among them */
  | {
      state: 'open'
      why: 'several_circuits' | 'several_routers' | 'not_established' | 'asn_differs'
      candidates: LinkName[]
    }
  /** no circuit has a link with these addresses */
  | { state: 'none' }

/**
 * Which link each session of the customers' routers is. A path's subnet is a /30 (IPv6: /126), the customer's router its first host and
 * the MSEE its second (learn.microsoft.com, "Create and modify peering for an ExpressRoute circuit"), so both addresses and both ASNs
 * name the link, unless customers use the same private addresses. What several links or several routers claim is left open: a guess
 * would show a customer another's router. What an operator declared is certain, and leaves its link to no other router.
 * @returns by the session's id
 */
export function joinRouters(
  sessions: readonly ReportedSession[],
  links: readonly PeeringLink[],
  declared: readonly DeclaredRouterNeighbor[],
): Map<number, RouterJoin> {
  const joins = new Map<number, RouterJoin>()
  const words = new Map(declared.map((one) => [declaredKey(one), one]))
  const claims = new Map<PeeringLink, ReportedSession[]>()
  const taken = new Set<PeeringLink>()
  const byMicrosoft = Map.groupBy(links, ({ microsoft }) => microsoft)
  for (const session of sessions) {
    const said = words.get(sessionKey(session))
    const near = byMicrosoft.get(addressOf(session.neighbor)) ?? []
    if (said) {
      const { circuit: circuitId, peering, path } = said
      joins.set(session.id, { state: 'confirmed', link: { circuitId, peering, path } })
      for (const link of near.filter((one) => isSameLink(one, { circuitId, peering, path }))) taken.add(link)
      continue
    }
    const found = judge(session, near)
    if ('claims' in found) claims.set(found.claims, [...(claims.get(found.claims) ?? []), session])
    else joins.set(session.id, found)
  }
  for (const [link, claimants] of claims) {
    const isRivaled = taken.has(link) || claimants.length > 1
    const join: RouterJoin = isRivaled
      ? { state: 'open', why: 'several_routers', candidates: [nameOf(link)] }
      : { state: 'inferred', link: nameOf(link) }
    for (const { id } of claimants) joins.set(id, join)
  }
  return joins
}

/** Sessions under the names of their routers, as the join needs them; a router's own tables, which have no neighbor, are none. */
export function namedSessions<Session extends { routerId: number; neighbor: string | null }>(
  sessions: readonly Session[],
  routers: readonly { id: number; address: string; name: string }[],
): (Session & { neighbor: string; routerAddress: string; routerName: string })[] {
  const byId = new Map(routers.map((router) => [router.id, router]))
  return sessions.flatMap((session) => {
    const router = byId.get(session.routerId)
    const { neighbor } = session
    return router && neighbor !== null
      ? [{ ...session, neighbor, routerAddress: router.address, routerName: router.name }]
      : []
  })
}

/**
 * When a router was observed: connections that overlap or follow at once are one time.
 * @param connections in the order of their begin
 */
export function observedTimes(
  connections: readonly { from: EpochMs; to: EpochMs }[],
): { from: EpochMs; to: EpochMs }[] {
  const times: { from: EpochMs; to: EpochMs }[] = []
  for (const { from, to } of connections) {
    const last = times.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else times.push({ from, to })
  }
  return times
}

/** The links of all paths of a circuit's peerings. */
export function peeringLinks(circuitId: string, { peerings }: Pick<CircuitConfig, 'peerings'>): PeeringLink[] {
  return peerings.flatMap((peering) => {
    const { type, azureAsn, peerAsn } = peering
    const kind = peeringKind(type)
    if (!kind) return []
    return circuitPaths.flatMap((path) =>
      linksOf(peering, path).map(({ customer, microsoft }) => ({
        circuitId,
        peering: kind,
        path,
        customer,
        microsoft,
        azureAsn,
        peerAsn,
      })),
    )
  })
}

/** What speaks for a session being a link; null = one of them does not say it. */
export interface JoinEvidence {
  /** the neighbor is the link's MSEE */
  mseeAddress: boolean
  /** the router's own address is the link's other end */
  customerAddress: boolean | null
  /** both ASNs */
  asns: boolean | null
  /** no other router's session, and no other link, agrees in all of this */
  isOnly: boolean
}

/**
 * The four on which a join rests. What agrees by chance is what customers configured alike, which has no probability that anybody knows: how many of
 * the four agree is the confidence there is.
 * @param among all sessions of routers, and all links
 */
export function joinEvidence(
  session: ReportedSession,
  link: PeeringLink,
  among: { sessions: readonly ReportedSession[]; links: readonly PeeringLink[] },
): JoinEvidence {
  const isWhole = (one: ReportedSession, other: PeeringLink) =>
    Object.values(endsInCommon(one, other)).every((agrees) => agrees === true)
  const isRivaled =
    among.sessions.some((other) => other.id !== session.id && isWhole(other, link)) ||
    among.links.some((other) => !isSameLink(other, link) && isWhole(session, other))
  return { ...endsInCommon(session, link), isOnly: !isRivaled }
}

function endsInCommon(
  { neighbor, localAddress, localAsn, neighborAsn }: ReportedSession,
  { microsoft, customer, azureAsn, peerAsn }: PeeringLink,
): Omit<JoinEvidence, 'isOnly'> {
  return {
    mseeAddress: addressOf(neighbor) === microsoft,
    customerAddress: localAddress === null ? null : addressOf(localAddress) === customer,
    asns:
      localAsn === null || neighborAsn === null || peerAsn === null
        ? null
        : peerAsn === localAsn && (azureAsn ?? MSEE_ASN) === neighborAsn,
  }
}

/** The links whose MSEE is the session's neighbor, held against its other end. */
function judge(session: ReportedSession, near: readonly PeeringLink[]): RouterJoin | { claims: PeeringLink } {
  const local = session.localAddress
  const facing = local === null ? near : near.filter(({ customer }) => customer === addressOf(local))
  if (facing.length === 0) return { state: 'none' }
  const open = (why: Extract<RouterJoin, { state: 'open' }>['why'], candidates = facing): RouterJoin => ({
    state: 'open',
    why,
    candidates: candidates.map(nameOf),
  })
  if (local === null) return open('not_established')
  const alike = facing.filter(
    ({ azureAsn, peerAsn }) => (azureAsn ?? MSEE_ASN) === session.neighborAsn && peerAsn === session.localAsn,
  )
  const [link, other] = alike
  if (!link) return open('asn_differs')
  return other ? open('several_circuits', alike) : { claims: link }
}

const nameOf = ({ circuitId, peering, path }: PeeringLink): LinkName => ({ circuitId, peering, path })
const isSameLink = (a: LinkName, b: LinkName) =>
  a.circuitId === b.circuitId && a.peering === b.peering && a.path === b.path
const addressOf = (text: string) => canonicalAddress(text) ?? text
const sessionKey = ({ routerAddress, routerName, distinguisher, neighbor }: ReportedSession) =>
  JSON.stringify([addressOf(routerAddress), routerName, distinguisher, addressOf(neighbor)])
const declaredKey = ({ router, name, distinguisher, neighbor }: DeclaredRouterNeighbor) =>
  JSON.stringify([router, name, distinguisher, neighbor])
