import { getMicrosoftCommunityName, findAsnReservation } from '#lib/bgp/index.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  circuitPaths,
  type CircuitPeering,
  type EpochMs,
  formatUnappliedConfiguration,
  parseArmId,
  parsePeeringType,
  formatProvisioningNote,
  listPublicPrefixes,
} from '#lib/contract/index.ts'
import type { StoredCircuit, StoredCircuitPath, StoredPeering } from '#lib/circuits/api/index.ts'
import { judgeRedundancy } from '#lib/detection/index.ts'
import { readResourcePage, type ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { CircuitResource } from '#lib/questions/index.ts'

/** A peering with the current state of both paths. */
interface JudgedPeering {
  peering: CircuitPeering
  paths: StoredCircuitPath[]
}

/** The known route filters by their normalized ARM ID (`normalizeArmId`). */
type RouteFilters = ReadonlyMap<string, ResourceView>

/**
 * Returns all known route filters. The database is not queried if no circuit uses a route filter; the result is then
 * empty.
 */
export async function readRouteFilters(q: SqlExecutor, circuits: readonly CircuitResource[]): Promise<RouteFilters> {
  if (!circuits.some(({ config }) => config.peerings.some(({ routeFilterId }) => routeFilterId !== null)))
    return new Map()
  const found = await readResourcePage(q, { types: [armTypes.routeFilter] })
  return new Map(found.map((filter) => [normalizeArmId(filter.resourceId), filter]))
}

/**
 * Returns the redundancy of a peering, which follows from the states of its two paths. If one path is down, the
 * redundancy is reduced even if the state of the other path is unknown.
 */
export function judgePeeringRedundancy(
  paths: readonly StoredCircuitPath[],
  peeringConfigured: boolean,
  allMseeSessionsDown: boolean,
): Pick<StoredCircuit, 'redundancy' | 'atLeastPaths' | 'atMostPaths' | 'unconfirmedSince' | 'lastKnown'> {
  const judge = (stateOf: (path: StoredCircuitPath) => StoredCircuitPath['state']) => {
    const [primary, secondary] = circuitPaths.map((wanted) => {
      const path = paths.find((one) => one.path === wanted)
      return path ? stateOf(path) : 'not_configured'
    })
    return judgeRedundancy({
      primary: primary ?? 'not_configured',
      secondary: secondary ?? 'not_configured',
      peeringConfigured,
      allMseeSessionsDown,
    })
  }
  const judged = judge(({ state }) => state)
  const isLost = judged.redundancy === 'unknown' && paths.some(({ state }) => state === 'down')
  const redundancy = isLost ? 'reduced' : judged.redundancy
  // For the minimum and maximum number of working paths, a path counts as unknown if its state is not confirmed by
  // recent polls.
  const { atLeastPaths, atMostPaths } = judge((path) => (path.unconfirmedSince === null ? path.state : 'unknown'))
  return {
    redundancy,
    atLeastPaths,
    atMostPaths,
    unconfirmedSince: isBroken(redundancy) ? unconfirmedSince(paths) : null,
    ...(redundancy === 'unknown' &&
      lastKnownOf(
        paths,
        judge(({ state, lastKnown }) => lastKnown?.state ?? state),
      )),
  }
}

/**
 * Returns the redundancy that follows from the last known states of the paths, and the earliest time of these states.
 */
function lastKnownOf(
  paths: readonly StoredCircuitPath[],
  { redundancy: state }: Pick<StoredCircuit, 'redundancy'>,
): Pick<StoredCircuit, 'lastKnown'> {
  const times = paths.flatMap(({ lastKnown }) => lastKnown?.at ?? [])
  return state === 'unknown' || times.length === 0 ? {} : { lastKnown: { state, at: Math.min(...times) } }
}

const isBroken = (redundancy: StoredCircuit['redundancy']) => redundancy === 'reduced' || redundancy === 'no_path'

/**
 * Returns the earliest time since which the state of a path is not confirmed by polls. Null = the states of all paths
 * are confirmed, or were never observed.
 */
function unconfirmedSince(paths: readonly StoredCircuitPath[]): EpochMs | null {
  const times = paths.flatMap(({ state, since, unconfirmedSince: own }) => {
    const unseen = state === 'unknown' && since !== null && since.earliest > 0 ? since.earliest : null
    return own ?? unseen ?? []
  })
  return times.length > 0 ? Math.min(...times) : null
}

export function buildApiPeering(
  { peering, paths }: JudgedPeering,
  filters: RouteFilters,
  allMseeSessionsDown: boolean,
): StoredPeering {
  const { name, type, state, azureAsn, peerAsn, vlanId, subnets, publicPrefixes, routeFilterId } = peering
  return {
    name,
    peeringType: type,
    type: parsePeeringType(type),
    state,
    provisioningState: peering.provisioningState,
    provisioningNote: formatProvisioningNote(peering),
    ...judgePeeringRedundancy(paths, true, allMseeSessionsDown),
    paths,
    azureAsn,
    peerAsn,
    peerAsnReserved: peerAsn === null ? null : findAsnReservation(peerAsn),
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
    advertisedPrefixes: listPublicPrefixes(peering).flatMap(({ state: validation, prefixes }) =>
      prefixes.map((prefix) => ({ prefix, validation })),
    ),
    customerAsn: peering.customerAsn,
    routingRegistry: peering.routingRegistry,
    routeFilterId,
    routeFilter: routeFilterId === null ? null : filterView(routeFilterId, filters),
  }
}

function filterView(resourceId: string, filters: RouteFilters): NonNullable<StoredPeering['routeFilter']> {
  const found = filters.get(normalizeArmId(resourceId))
  const config = found && decodeResourceConfig(found.type, found.config)
  const filter = config?.resource === 'routeFilter' ? config : null
  const unapplied = found && filter ? formatUnappliedConfiguration(found.name, filter) : null
  const allowed = filter && filter.rules.flatMap((rule) => (rule.isAllowed ? rule.communities : []))
  return {
    name: found?.name ?? parseArmId(resourceId)?.name ?? resourceId,
    resourceId,
    unapplied,
    communities:
      allowed && [...new Set(allowed)].map((community) => ({ community, name: getMicrosoftCommunityName(community) })),
  }
}
