import { communityName, reservedBy } from '#lib/bgp/index.ts'
import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armKey,
  armTypes,
  type Circuit,
  type CircuitPathView,
  type CircuitPeering,
  parseArmId,
  peeringKind,
  type PeeringView,
  provisioningNote,
  publicPrefixesOf,
} from '#lib/contract/index.ts'
import { judgeRedundancy } from '#lib/detection/index.ts'
import { listResources, type ResourceView } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { CircuitResource } from './topology.ts'

/** A peering with both of its paths as polls show them. */
export interface JudgedPeering {
  peering: CircuitPeering
  paths: CircuitPathView[]
}

/** Route filters by armKey, as far as they are in the inventory. */
export type RouteFilters = ReadonlyMap<string, ResourceView>

/** The filters of some circuits; nothing is read where none of them has one. */
export async function routeFilters(q: Queryable, circuits: readonly CircuitResource[]): Promise<RouteFilters> {
  if (!circuits.some(({ config }) => config.peerings.some(({ routeFilterId }) => routeFilterId !== null)))
    return new Map()
  const found = await listResources(q, { types: [armTypes.routeFilter] })
  return new Map(found.map((filter) => [armKey(filter.resourceId), filter]))
}

/** What two paths make of a peering. */
export function redundancyOf(
  paths: readonly CircuitPathView[],
  peeringConfigured: boolean,
  allMseeSessionsDown: boolean,
): Pick<Circuit, 'redundancy' | 'atLeastPaths' | 'atMostPaths'> {
  const stateOf = (wanted: CircuitPathView['path']) =>
    paths.find(({ path }) => path === wanted)?.state ?? 'not_configured'
  return judgeRedundancy({
    primary: stateOf('primary'),
    secondary: stateOf('secondary'),
    peeringConfigured,
    allMseeSessionsDown,
  })
}

export function peeringView(
  { peering, paths }: JudgedPeering,
  filters: RouteFilters,
  allMseeSessionsDown: boolean,
): PeeringView {
  const { name, type, state, azureAsn, peerAsn, vlanId, subnets, publicPrefixes, routeFilterId } = peering
  return {
    name,
    peeringType: type,
    type: peeringKind(type),
    state,
    provisioningState: peering.provisioningState,
    provisioningNote: provisioningNote(peering),
    ...redundancyOf(paths, true, allMseeSessionsDown),
    paths,
    azureAsn,
    peerAsn,
    peerAsnReserved: peerAsn === null ? null : reservedBy(peerAsn),
    vlanId,
    primaryPeerAddressPrefix: subnets.primary.ipv4,
    secondaryPeerAddressPrefix: subnets.secondary.ipv4,
    ipv6:
      subnets.primary.ipv6 === null && subnets.secondary.ipv6 === null
        ? null
        : { primary: subnets.primary.ipv6, secondary: subnets.secondary.ipv6, state: peering.ipv6State },
    azurePorts: peering.azurePorts,
    md5Key: peering.md5Key,
    advertisedPublicPrefixesState: publicPrefixes?.state ?? null,
    advertisedPrefixes: publicPrefixesOf(peering).flatMap(({ state: validation, prefixes }) =>
      prefixes.map((prefix) => ({ prefix, validation })),
    ),
    customerAsn: peering.customerAsn,
    routingRegistry: peering.routingRegistry,
    routeFilterId,
    routeFilter: routeFilterId === null ? null : filterView(routeFilterId, filters),
  }
}

function filterView(resourceId: string, filters: RouteFilters): NonNullable<PeeringView['routeFilter']> {
  const found = filters.get(armKey(resourceId))
  const config = found && decodeConfig(found.type, found.config)
  const allowed =
    config?.resource === 'routeFilter' ? config.rules.flatMap((rule) => (rule.isAllowed ? rule.communities : [])) : null
  return {
    name: found?.name ?? parseArmId(resourceId)?.name ?? resourceId,
    resourceId,
    communities: allowed && [...new Set(allowed)].map((community) => ({ community, name: communityName(community) })),
  }
}
