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
}

/** A route that Azure learned from the customer's router over a link. */
export interface LearnedRoute {
  prefix: string
  nextHop: string
  asPath: readonly number[]
}

/** More prefixes than that make no filter that anybody reads. */
const MOST_LISTED = 100

/** The sessions of a peering's path that ARM states link subnets for, IPv4 first. @param learned null = the path's table was never read */
export function wantedSessions(
  peering: CircuitPeering,
  path: CircuitPath,
  { outerVlan, learned }: { outerVlan: number | null; learned: readonly LearnedRoute[] | null },
): WantedSession[] {
  return linksOf(peering, path).map(({ family, customer, microsoft }) => {
    const own = learned?.filter(({ nextHop }) => nextHop === customer) ?? null
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
      announced: announcedOf(peering, family, own),
      prepends: prependsOf(own, peering.peerAsn),
    }
  })
}

/** On Microsoft peering what the peering declares; else what Azure learned from the router. */
function announcedOf(peering: CircuitPeering, family: 4 | 6, own: readonly LearnedRoute[] | null): string[] | null {
  const stated = publicPrefixesOf(peering)
  const prefixes =
    peeringKind(peering.type) === 'microsoft' && stated.length > 0
      ? stated.flatMap(({ prefixes: some }) => some)
      : (own?.map(({ prefix }) => prefix) ?? [])
  const listed = prefixes.filter((text) => parsePrefix(text)?.family === family)
  return listed.length === 0 || listed.length > MOST_LISTED ? null : [...new Set(listed)].toSorted()
}

function prependsOf(own: readonly LearnedRoute[] | null, asn: number | null): number | null {
  const counts = new Set(
    own?.map(({ asPath }) => {
      const first = foldPrepends({ asPath: [...asPath] })[0]
      return first && first.asn === asn ? first.times - 1 : null
    }),
  )
  const [count] = counts
  return counts.size === 1 && count !== undefined ? count : null
}
