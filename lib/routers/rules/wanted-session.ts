import { foldPrepends, MSEE_ASN, parsePrefix } from '#lib/bgp/index.ts'
import { type CircuitPath, type CircuitPeering, linksOf, peeringKind, publicPrefixesOf } from '#lib/contract/index.ts'

/** How the customer's router has to be configured for one BGP session of a path: Azure's side, seen from the other end. */
export interface WantedSession {
  peering: string
  path: CircuitPath
  family: 4 | 6
  /** the router's address on the link, and its length */
  local: string
  length: number
  neighbor: string
  /** null = ARM states none */
  localAsn: number | null
  remoteAsn: number
  /** the C-tag; null = ARM states none */
  vlan: number | null
  /** the S-tag, where the port takes two tags; null = one tag */
  outerVlan: number | null
  /** null = not known: ARM leaves the key out of most answers */
  md5: 'set' | null
  /** Azure's edge routers run it on IPv4 links. Source: Azure documentation, "Configure BFD over ExpressRoute" */
  bfd: boolean
  /** what may be announced; null = not known */
  announced: readonly string[] | null
  /** how often the router prepends its own ASN, as Azure learned it; null = not known, or not always the same */
  prepends: number | null
  /** where it prepends some of the announced prefixes more often than others: the prefixes by how often, least first; absent = it does not, or that is not known */
  prepended?: readonly { times: number; prefixes: readonly string[] }[]
  /** set if the prepends of some learned prefix are unknown: any outgoing policy could change which path Azure prefers */
  isPolicyLeftOut?: true
}

/** A route that Azure learned from the customer's router over a link. */
export interface LearnedRoute {
  prefix: string
  nextHop: string
  asPath: readonly number[]
}

/** More prefixes than that make no filter that anybody reads. */
const MAX_LISTED = 100

/** The sessions of a peering's path that ARM states link subnets for, IPv4 first. @param learned null = the path's table was never read */
export function wantedSessions(
  peering: CircuitPeering,
  path: CircuitPath,
  { outerVlan, learned }: { outerVlan: number | null; learned: readonly LearnedRoute[] | null },
): WantedSession[] {
  return linksOf(peering, path).map(({ family, customer, microsoft }) => {
    const own = learned?.filter(({ nextHop }) => nextHop === customer) ?? null
    const announced = announcedOf(peering, family, own)
    const prepended = prependedOf(own, announced, peering.peerAsn)
    const prepends = prependsOf(own, peering.peerAsn)
    const isLearnedEvenly = prepends !== null || own?.length === 0
    const subnet = peering.subnets[path][family === 4 ? 'ipv4' : 'ipv6']
    return {
      peering: peering.name,
      path,
      family,
      local: customer,
      length: (subnet === null ? null : parsePrefix(subnet)?.length) ?? (family === 4 ? 30 : 126),
      neighbor: microsoft,
      localAsn: peering.peerAsn,
      remoteAsn: peering.azureAsn ?? MSEE_ASN,
      vlan: peering.vlanId,
      outerVlan,
      md5: peering.md5Key,
      bfd: family === 4,
      announced,
      prepends,
      ...(prepended ? { prepended } : !isLearnedEvenly && { isPolicyLeftOut: true }),
    }
  })
}

/** Lists the facts about a path's sessions that Azure does not state, so that their configuration leaves them out. */
export function unknownOf(sessions: readonly WantedSession[]): string[] {
  const [first] = sessions
  if (!first) return []
  return [
    ...(first.localAsn === null ? ['the peer ASN'] : []),
    ...(first.vlan === null ? ['the VLAN'] : []),
    'the VRF of the link',
    ...(first.md5 === null ? ['whether an MD5 key is set'] : []),
    ...(sessions.some(({ announced }) => announced === null) ? ['which prefixes are to be announced'] : []),
    ...(sessions.some(({ isPolicyLeftOut }) => isPolicyLeftOut)
      ? ['how often the ASN is to be prepended on each prefix, so that the text sets no outgoing policy']
      : sessions.some(({ prepends, prepended }) => prepends === null && !prepended)
        ? ['how often the ASN is to be prepended']
        : []),
  ]
}

/** On Microsoft peering what the peering declares; else what Azure learned from the router. */
function announcedOf(peering: CircuitPeering, family: 4 | 6, own: readonly LearnedRoute[] | null): string[] | null {
  const stated = publicPrefixesOf(peering)
  const prefixes =
    peeringKind(peering.type) === 'microsoft' && stated.length > 0
      ? stated.flatMap(({ prefixes: some }) => some)
      : (own?.map(({ prefix }) => prefix) ?? [])
  const listed = prefixes.filter((text) => parsePrefix(text)?.family === family)
  return listed.length === 0 || listed.length > MAX_LISTED ? null : [...new Set(listed)].toSorted()
}

/** How often the router prepended its own ASN on a route; null = the path begins with another one. */
function timesOf({ asPath }: LearnedRoute, asn: number | null): number | null {
  const first = foldPrepends({ asPath: [...asPath] })[0]
  return first && first.asn === asn ? first.times - 1 : null
}

function prependsOf(own: readonly LearnedRoute[] | null, asn: number | null): number | null {
  const counts = new Set(own?.map((route) => timesOf(route, asn)))
  const [count] = counts
  return counts.size === 1 && count !== undefined ? count : null
}

/** The announced prefixes by how often the router prepends its ASN on them; null = equally often, or that is not known of each. */
function prependedOf(
  own: readonly LearnedRoute[] | null,
  announced: readonly string[] | null,
  asn: number | null,
): WantedSession['prepended'] | null {
  const counted = (announced ?? []).map((prefix) => {
    const counts = new Set(own?.filter((route) => route.prefix === prefix).map((route) => timesOf(route, asn)))
    const [times = null] = counts
    return { prefix, times: counts.size === 1 ? times : null }
  })
  const groups = Map.groupBy(counted, ({ times }) => times)
  if (groups.size < 2 || groups.has(null)) return null
  return [...groups]
    .map(([times, some]) => ({ times: times ?? 0, prefixes: some.map(({ prefix }) => prefix) }))
    .toSorted((a, b) => a.times - b.times)
}
