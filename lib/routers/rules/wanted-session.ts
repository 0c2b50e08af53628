import { groupPrepends, MSEE_ASN, parsePrefix } from '#lib/bgp/index.ts'
import {
  type CircuitPath,
  type CircuitPeering,
  listCircuitPathLinks,
  parsePeeringType,
  listPublicPrefixes,
} from '#lib/contract/index.ts'

/** A BGP session as the customer's router must configure it, derived from Azure's side of the circuit path. */
export interface WantedSession {
  peering: string
  path: CircuitPath
  family: 4 | 6
  /** Address of the router on the link; `length` is the prefix length of the link's subnet. */
  local: string
  length: number
  neighbor: string
  /** ASN of the customer's router; null = ARM does not report it. */
  localAsn: number | null
  remoteAsn: number
  /** Inner VLAN tag (C-tag); null = ARM does not report it. */
  vlan: number | null
  /** Outer VLAN tag (S-tag) if the port uses two tags; null = the port uses one tag. */
  outerVlan: number | null
  /** Whether an MD5 key is set; null = unknown, because ARM usually does not report the key. */
  md5: 'set' | null
  /**
   * Whether Azure's edge routers use BFD on this link. They do so on IPv4 links.
   * Source: Azure documentation, "Configure BFD over ExpressRoute".
   */
  bfd: boolean
  /** Prefixes that the router may advertise; null = unknown. */
  announced: readonly string[] | null
  /**
   * How often the router prepends its own ASN, according to the routes that Azure learned; null = unknown, or different
   * for some prefixes.
   */
  prepends: number | null
  /**
   * Prefixes, grouped by the number of prepends of the ASN, smallest number first. Absent = the number is the same for
   * all prefixes, or unknown.
   */
  prepended?: readonly { times: number; prefixes: readonly string[] }[]
  /**
   * True if the number of prepends is unknown for a learned prefix. No policy for advertised routes is written then,
   * because it could change which path Azure prefers.
   */
  isPolicyLeftOut?: true
}

/** A route that Azure learned from the customer's router over a link. */
export interface LearnedRoute {
  prefix: string
  nextHop: string
  asPath: readonly number[]
}

/** Maximum number of prefixes in a generated prefix list. A longer list would be hard to read. */
const MAX_LISTED = 100

/**
 * Returns the sessions that a circuit path requires, IPv4 first. A session is included if ARM reports the subnet of its
 * link.
 * @param learned routes that Azure learned on the path; null = they were never read
 */
export function listWantedSessions(
  peering: CircuitPeering,
  path: CircuitPath,
  { outerVlan, learned }: { outerVlan: number | null; learned: readonly LearnedRoute[] | null },
): WantedSession[] {
  return listCircuitPathLinks(peering, path).map(({ family, customer, microsoft }) => {
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

/**
 * Returns the facts about a path's sessions that Azure does not report and that are therefore missing from the
 * configuration, as texts.
 */
export function listUnknownSessionFields(sessions: readonly WantedSession[]): string[] {
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

/**
 * Returns the prefixes that the router may advertise; null if they are unknown or more than MAX_LISTED. For Microsoft
 * peering, these are the declared public prefixes, if there are any. Otherwise they are the prefixes that Azure learned
 * from the router.
 */
function announcedOf(peering: CircuitPeering, family: 4 | 6, own: readonly LearnedRoute[] | null): string[] | null {
  const stated = listPublicPrefixes(peering)
  const prefixes =
    parsePeeringType(peering.type) === 'microsoft' && stated.length > 0
      ? stated.flatMap(({ prefixes: some }) => some)
      : (own?.map(({ prefix }) => prefix) ?? [])
  const listed = prefixes.filter((text) => parsePrefix(text)?.family === family)
  return listed.length === 0 || listed.length > MAX_LISTED ? null : [...new Set(listed)].toSorted()
}

/** Returns how often the router prepended its own ASN to a route; null if the AS path does not begin with this ASN. */
function timesOf({ asPath }: LearnedRoute, asn: number | null): number | null {
  const first = groupPrepends({ asPath: [...asPath] })[0]
  return first && first.asn === asn ? first.times - 1 : null
}

function prependsOf(own: readonly LearnedRoute[] | null, asn: number | null): number | null {
  const counts = new Set(own?.map((route) => timesOf(route, asn)))
  const [count] = counts
  return counts.size === 1 && count !== undefined ? count : null
}

/**
 * Groups the advertised prefixes by how often the ASN is prepended. Returns null if the number is the same for all, or
 * unknown for one.
 */
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
