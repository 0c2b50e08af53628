import { canonicalizeAddress, MSEE_ASN } from '#lib/bgp/index.ts'
import {
  type CircuitConfig,
  type CircuitPath,
  circuitPaths,
  type DeclaredRouterNeighbor,
  type EpochMs,
  listCircuitPathLinks,
  parsePeeringType,
  type PeeringType,
} from '#lib/contract/index.ts'

/** The fields of a session reported by a customer's router that are needed to find its circuit path. */
export interface RouterSessionForMatching {
  id: number
  routerAddress: string
  /** name of the router as it reports itself */
  routerName: string
  /** route distinguisher of the VRF that contains the session */
  distinguisher: string
  neighbor: string
  /** address of the router's end of the session; null = the session has not come up since the router began to report */
  localAddress: string | null
  localAsn: number | null
  neighborAsn: number | null
}

/**
 * Link between an edge router (MSEE) and the customer's router on one path of a peering, with the addresses and ASNs of
 * both ends from the circuit's configuration.
 */
export interface CircuitPeeringLink {
  circuitId: string
  peering: PeeringType
  path: CircuitPath
  customer: string
  microsoft: string
  /** ASN of Azure's end; null = ARM does not report it */
  azureAsn: number | null
  peerAsn: number | null
}

/**
 * The data by which sessions of routers are assigned to circuit paths: the links of all circuits' paths, and an
 * operator's declarations.
 */
export interface RouterMatchingInput {
  links: readonly CircuitPeeringLink[]
  routerNeighbors: readonly DeclaredRouterNeighbor[]
}

export type PeeringLinkId = Pick<CircuitPeeringLink, 'circuitId' | 'peering' | 'path'>

/** The circuit path to which a router's session belongs, or the reason why it is not known. */
export type RouterSessionMatch =
  /**
   * confirmed = an operator declared the path; inferred = the addresses and ASNs of both ends match exactly one link
   */
  | { state: 'confirmed' | 'inferred'; link: PeeringLinkId }
  /** open = the session may belong to several links, or a value does not match, so that no link is chosen */
  | {
      state: 'open'
      why: 'several_circuits' | 'several_routers' | 'not_established' | 'asn_differs'
      candidates: PeeringLinkId[]
    }
  /** state none = the addresses match the links of no circuit */
  | { state: 'none' }

/**
 * Returns the link (circuit path) of each session of the customers' routers. A path's subnet is a /30 (IPv6: /126) in
 * which the customer's router has the first host address and the MSEE the second (learn.microsoft.com, "Create and
 * modify peering for an ExpressRoute circuit"). Both addresses and both ASNs identify the link, unless customers use
 * the same private addresses. If several links or several routers match, the result is `open` and no link is chosen,
 * because a wrong guess could show a customer the router of another customer. A declaration of an operator is certain,
 * and its link is not available to other routers.
 * @returns links by the session's id
 */
export function matchRouterSessionsToPaths(
  sessions: readonly RouterSessionForMatching[],
  links: readonly CircuitPeeringLink[],
  declared: readonly DeclaredRouterNeighbor[],
): Map<number, RouterSessionMatch> {
  const joins = new Map<number, RouterSessionMatch>()
  const words = new Map(declared.map((one) => [declaredKey(one), one]))
  const claims = new Map<CircuitPeeringLink, RouterSessionForMatching[]>()
  const taken = new Set<CircuitPeeringLink>()
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
    const join: RouterSessionMatch = isRivaled
      ? { state: 'open', why: 'several_routers', candidates: [nameOf(link)] }
      : { state: 'inferred', link: nameOf(link) }
    for (const { id } of claimants) joins.set(id, join)
  }
  return joins
}

/**
 * Returns sessions with the names and addresses of their routers. Sessions without a neighbor are left out, because
 * they are a router's own tables (Loc-RIB).
 */
export function addRouterNames<Session extends { routerId: number; neighbor: string | null }>(
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
 * Returns the times in which a router was observed. Connections that overlap or follow immediately are combined into
 * one time.
 * @param connections in the order of their begin
 */
export function mergeObservedTimes(
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

/** Returns the links of all paths of a circuit's peerings. */
export function listPeeringLinks(
  circuitId: string,
  { peerings }: Pick<CircuitConfig, 'peerings'>,
): CircuitPeeringLink[] {
  return peerings.flatMap((peering) => {
    const { type, azureAsn, peerAsn } = peering
    const kind = parsePeeringType(type)
    if (!kind) return []
    return circuitPaths.flatMap((path) =>
      listCircuitPathLinks(peering, path).map(({ customer, microsoft }) => ({
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

/**
 * The evidence that a session belongs to a link: for each criterion, whether it is met. Null = one side does not report
 * the value.
 */
export interface RouterMatchEvidence {
  /** true if the neighbor's address is the address of the link's edge router (MSEE) */
  mseeAddress: boolean
  /** true if the router's own address is the customer's address of the link */
  customerAddress: boolean | null
  /** true if both ASNs match */
  asns: boolean | null
  /** true if no other session and no other link meets all of these criteria */
  isOnly: boolean
}

/**
 * Returns the evidence that a session belongs to a link, as four criteria. The number of met criteria is the
 * confidence. It is not a probability, because accidental matches depend on whether customers use the same
 * configuration, which cannot be estimated.
 * @param among all sessions of routers, and all links
 */
export function collectRouterMatchEvidence(
  session: RouterSessionForMatching,
  link: CircuitPeeringLink,
  among: { sessions: readonly RouterSessionForMatching[]; links: readonly CircuitPeeringLink[] },
): RouterMatchEvidence {
  const isWhole = (one: RouterSessionForMatching, other: CircuitPeeringLink) =>
    Object.values(endsInCommon(one, other)).every((agrees) => agrees === true)
  const isRivaled =
    among.sessions.some((other) => other.id !== session.id && isWhole(other, link)) ||
    among.links.some((other) => !isSameLink(other, link) && isWhole(session, other))
  return { ...endsInCommon(session, link), isOnly: !isRivaled }
}

function endsInCommon(
  { neighbor, localAddress, localAsn, neighborAsn }: RouterSessionForMatching,
  { microsoft, customer, azureAsn, peerAsn }: CircuitPeeringLink,
): Omit<RouterMatchEvidence, 'isOnly'> {
  return {
    mseeAddress: addressOf(neighbor) === microsoft,
    customerAddress: localAddress === null ? null : addressOf(localAddress) === customer,
    asns:
      localAsn === null || neighborAsn === null || peerAsn === null
        ? null
        : peerAsn === localAsn && (azureAsn ?? MSEE_ASN) === neighborAsn,
  }
}

/**
 * Returns the result for one session from the links whose MSEE is its neighbor: the link to which it belongs, or the
 * reason why no link is certain.
 */
function judge(
  session: RouterSessionForMatching,
  near: readonly CircuitPeeringLink[],
): RouterSessionMatch | { claims: CircuitPeeringLink } {
  const local = session.localAddress
  const facing = local === null ? near : near.filter(({ customer }) => customer === addressOf(local))
  if (facing.length === 0) return { state: 'none' }
  const open = (
    why: Extract<RouterSessionMatch, { state: 'open' }>['why'],
    candidates = facing,
  ): RouterSessionMatch => ({
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

const nameOf = ({ circuitId, peering, path }: CircuitPeeringLink): PeeringLinkId => ({ circuitId, peering, path })
const isSameLink = (a: PeeringLinkId, b: PeeringLinkId) =>
  a.circuitId === b.circuitId && a.peering === b.peering && a.path === b.path
const addressOf = (text: string) => canonicalizeAddress(text) ?? text
const sessionKey = ({ routerAddress, routerName, distinguisher, neighbor }: RouterSessionForMatching) =>
  JSON.stringify([addressOf(routerAddress), routerName, distinguisher, addressOf(neighbor)])
const declaredKey = ({ router, name, distinguisher, neighbor }: DeclaredRouterNeighbor) =>
  JSON.stringify([router, name, distinguisher, neighbor])
