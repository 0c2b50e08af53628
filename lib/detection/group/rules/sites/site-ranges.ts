import {
  type AddressRange,
  splitIntoRangeAtoms,
  doesPrefixContainPrefix,
  parsePrefix,
  type IpPrefix,
  PrefixTrie,
} from '#lib/bgp/index.ts'
import type { DetectionContext } from '../../../model/context.ts'
import { selectBestRoutes } from '../../../model/best-routes.ts'
import {
  findNeighborCarryingPath,
  isLearnedFromExternalNeighbor,
  type GatewayRouteTableRow,
} from '../../../model/route.ts'
import { type EvaluatedSite, parsePrefixesOfFamily } from './judged-site.ts'
import type { SiteRangeCountsByReachability, SiteState } from '../../../model/site-memory.ts'

/**
 * Counts a site's address ranges by how they are reached: over the home circuit, over a backup, only by a default
 * route, or not at all. The site is divided at every address at which the longest match may change, and each range uses
 * its best path (docs/rules/detection.md 5.4).
 */
export function countSiteRanges(
  context: DetectionContext,
  site: EvaluatedSite,
  space: readonly IpPrefix[],
  entries: readonly GatewayRouteTableRow[],
): SiteRangeCountsByReachability {
  const reported = [...Map.groupBy(entries.filter(isLearnedFromExternalNeighbor), ({ prefix }) => prefix)].flatMap(
    ([text, own]) => {
      const prefix = parsePrefix(text)
      return prefix ? [[prefix, own] as const] : []
    },
  )
  const trie = PrefixTrie.from(
    reported.map(([prefix, own]) => [prefix, carriedBy(context, site, prefix, own)] as const),
  )
  const others = site.others.flatMap((text) => parsePrefix(text) ?? [])
  const isWithin = (prefix: IpPrefix) => space.some((own) => doesPrefixContainPrefix(own, prefix))
  const inside = [...reported.map(([prefix]) => prefix), ...others].filter(isWithin)
  const owners = PrefixTrie.from([
    ...space.map((prefix) => [prefix, true] as const),
    ...others.filter(isWithin).map((prefix) => [prefix, false] as const),
  ])
  const ranges: SiteRangeCountsByReachability = { home: 0, backup: 0, default: 0, none: 0 }
  for (const atom of splitIntoRangeAtoms(space, inside))
    if (matchOf(owners, atom)) ranges[matchOf(trie, atom) ?? 'none']++
  return ranges
}

const matchOf = <T>(trie: PrefixTrie<T>, { family, first }: AddressRange): T | null =>
  trie.longestMatch({ family, value: first })?.value ?? null

function carriedBy(
  context: DetectionContext,
  { homes }: EvaluatedSite,
  prefix: IpPrefix,
  entries: readonly GatewayRouteTableRow[],
) {
  if (prefix.length === 0) return 'default' as const
  const isHome = ({ gateway, peer }: GatewayRouteTableRow) =>
    homes === null || homes.includes(findNeighborCarryingPath(context, gateway, peer ?? '').circuit ?? '')
  return selectBestRoutes(entries, context.topology).some(isHome) ? ('home' as const) : ('backup' as const)
}

/**
 * Returns the state of a site from the counts of its ranges. A range that only a default route covers does not count as
 * reached.
 */
export function judgeSiteState({ home, backup, default: byDefault, none }: SiteRangeCountsByReachability): SiteState {
  const covered = home + backup
  if (byDefault + none === 0) return backup > 0 ? 'on_backup' : 'reachable'
  if (covered > 0) return 'partial'
  return byDefault > 0 ? 'default_only' : 'unreachable'
}

/** Reports whether every address of a site has at most a default route left, in both address families. */
export function isWholeSiteLost(
  context: DetectionContext,
  site: EvaluatedSite,
  entries: readonly GatewayRouteTableRow[],
): boolean {
  return ([4, 6] as const).every((family) => {
    const { home, backup } = countSiteRanges(context, site, parsePrefixesOfFamily(site.prefixes, family), entries)
    return home + backup === 0
  })
}

export function formatRangeDuration({ home, backup, default: byDefault, none }: SiteRangeCountsByReachability): string {
  const parts = [
    [home, 'by home'],
    [backup, 'by a backup'],
    [byDefault, 'by a default route only'],
    [none, 'by nothing'],
  ] as const
  return parts.flatMap(([count, how]) => (count > 0 ? [`${count} ranges ${how}`] : [])).join(', ')
}
