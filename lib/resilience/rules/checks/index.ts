import { doesPrefixContainPrefix, formatPrefix, parsePrefix, type IpPrefix, summarizePrefixes } from '#lib/bgp/index.ts'
import {
  formatCheckCommand,
  formatCheckId,
  type CheckKind,
  checkKinds,
  checkRecords,
  checkStates,
  severities,
} from '#lib/contract/index.ts'
import type { ResilienceCheck } from '../../api/index.ts'
import {
  checkCircuitOnEveryGateway,
  checkTwoLocations,
  checkTwoMetros,
  checkTwoProviders,
  checkVpnBackup,
} from './diversity.ts'
import type { CircuitFacts, PostureFacts } from './posture-facts.ts'
import { checkFastpathHeadroom, checkFastpathBypass } from './fastpath.ts'
import { checkGatewaySubnetRoutes, checkGatewaySubnetSize, checkGatewaySubnetWithoutNsg } from './gateway-subnet.ts'
import {
  checkActiveActiveVpn,
  checkDeviceAsnNotReserved,
  checkFirstRouteMap,
  checkGatewayLoad,
  checkGatewayMigration,
  checkZoneRedundantSku,
} from './gateways.ts'
import {
  type CheckFunction,
  createFailedResult,
  type CheckResult,
  joinNames,
  buildCheckResult,
  createPassedResult,
  formatCountedNoun,
  buildEvidence,
  createUnknownResult,
} from './check-result.ts'
import { checkLagMinimum, checkLagPlaces, checkLagRouters } from './lags.ts'
import {
  checkBfdNotKnownUnused,
  checkFailoverTested,
  checkFailoverUnhindered,
  checkN1Capacity,
  checkNoForeignConnection,
  checkProviderChangeExplained,
} from './measured-checks.ts'
import {
  checkAddressSpaceOverlap,
  checkGatewaysSavedByPeering,
  checkPeeringInSync,
  checkPeeringTransit,
} from './networks.ts'
import {
  checkBgpOnBothPaths,
  checkConnectionHeadroom,
  checkHubPeerHeadroom,
  checkHubPrefixHeadroom,
  checkNetworkHeadroom,
  checkPrefixLimitHeadroom,
  checkSeparateRouters,
  checkUserVpnHeadroom,
} from './paths.ts'
import {
  checkLinkSubnetOverlap,
  checkMicrosoft365Premium,
  checkMicrosoftRouteFilter,
  checkNoPublicPeering,
  checkPeerAsnNotReserved,
  checkPublicPrefixesValidated,
} from './peerings.ts'
import {
  checkDefaultRouteIntended,
  checkForcedTunnellingRedundant,
  checkIpsecInsideExpressRoute,
  checkNatPoolOnBothPaths,
  checkNoHairpin,
  checkPrefixesOnBothPaths,
  checkStandardWithinRegion,
} from './routing.ts'

/** Maximum number of summary prefixes that a result shows. */
const MAX_NAMED = 10

/**
 * Checks whether the prefixes of a site could be announced as fewer, larger prefixes without changing any path.
 * Prefixes are combined only if they have the same circuits and AS path. A more specific prefix that is announced on
 * fewer circuits is ignored, because it is intended (traffic engineering).
 */
const prefixesSummarized = ({ circuits }: PostureFacts): CheckResult[] =>
  circuits.filter(({ peerings }) => peerings.some(({ type }) => type === 'private')).map(judged)

/** The functions of all checks, by kind. */
export const checkFunctions: Readonly<Record<CheckKind, CheckFunction>> = {
  bgp_on_both_paths: checkBgpOnBothPaths,
  two_locations: checkTwoLocations,
  two_metros: checkTwoMetros,
  two_providers: checkTwoProviders,
  circuit_on_every_gateway: checkCircuitOnEveryGateway,
  vpn_backup: checkVpnBackup,
  separate_routers: checkSeparateRouters,
  lag_minimum: checkLagMinimum,
  lag_routers: checkLagRouters,
  lag_places: checkLagPlaces,
  bfd: checkBfdNotKnownUnused,
  prefix_headroom: checkPrefixLimitHeadroom,
  hub_prefix_headroom: checkHubPrefixHeadroom,
  hub_peer_headroom: checkHubPeerHeadroom,
  user_vpn_headroom: checkUserVpnHeadroom,
  network_headroom: checkNetworkHeadroom,
  fastpath_headroom: checkFastpathHeadroom,
  connection_headroom: checkConnectionHeadroom,
  microsoft_365_premium: checkMicrosoft365Premium,
  microsoft_route_filter: checkMicrosoftRouteFilter,
  public_prefixes_validated: checkPublicPrefixesValidated,
  no_public_peering: checkNoPublicPeering,
  peer_asn_free: checkPeerAsnNotReserved,
  links_free: checkLinkSubnetOverlap,
  zone_redundant_sku: checkZoneRedundantSku,
  gateway_migration: checkGatewayMigration,
  first_route_map: checkFirstRouteMap,
  active_active_vpn: checkActiveActiveVpn,
  gateway_subnet_size: checkGatewaySubnetSize,
  gateway_subnet_without_nsg: checkGatewaySubnetWithoutNsg,
  gateway_subnet_routes: checkGatewaySubnetRoutes,
  gateway_load: checkGatewayLoad,
  fastpath_works: checkFastpathBypass,
  device_asn_free: checkDeviceAsnNotReserved,
  peering_in_sync: checkPeeringInSync,
  peering_transit: checkPeeringTransit,
  gateways_saved_by_peering: checkGatewaysSavedByPeering,
  address_space_free: checkAddressSpaceOverlap,
  prefixes_on_both_paths: checkPrefixesOnBothPaths,
  nat_pool_on_both_paths: checkNatPoolOnBothPaths,
  prefixes_summarized: prefixesSummarized,
  default_route_intended: checkDefaultRouteIntended,
  forced_tunnelling_redundant: checkForcedTunnellingRedundant,
  standard_within_region: checkStandardWithinRegion,
  no_hairpin: checkNoHairpin,
  ipsec_inside_expressroute: checkIpsecInsideExpressRoute,
  n1_capacity: checkN1Capacity,
  failover_unhindered: checkFailoverUnhindered,
  failover_tested: checkFailoverTested,
  provider_change_explained: checkProviderChangeExplained,
  no_foreign_connection: checkNoForeignConnection,
}

/** A result of a check without its exemption. */
export type CheckWithoutExemption = Omit<ResilienceCheck, 'customer' | 'state' | 'exemption'>

/** Runs all checks. Results are ordered by the kind of check, then by the order of the resources in `facts`. */
export const checkPosture = (facts: PostureFacts): CheckWithoutExemption[] =>
  checkKinds.flatMap((kind) => checkFunctions[kind](facts).map((judged) => rowOf(kind, judged)))

function rowOf(
  kind: CheckKind,
  { subject: { resource, part }, state, reason, evidence, values, command: ownCommand }: CheckResult,
): CheckWithoutExemption {
  const { name, severity, source, remedy, command: usual } = checkRecords[kind]
  const command = ownCommand ?? usual ?? null
  const own = {
    name: resource.name,
    resourceId: resource.resourceId,
    resourceGroup: resource.resourceGroup,
    subscription: resource.subscriptionId,
  }
  return {
    id: formatCheckId(kind, resource.id, part?.replaceAll(' ', ':') ?? null),
    kind,
    name,
    scope: resource.id,
    resourceId: resource.resourceId,
    subject: part === null ? resource.name : `${resource.name} ${part}`,
    found: state,
    severity,
    reason,
    evidence,
    source,
    remedy,
    command: command && formatCheckCommand(command, { ...own, ...values }),
  }
}

type Ranked = Pick<ResilienceCheck, 'id' | 'state' | 'severity'>

/**
 * Compares two results for sorting. Failed checks come first, ordered by severity, then unknown, exempt and passed
 * ones.
 */
export const compareWorstFirst = (a: Ranked, b: Ranked): number =>
  checkStates.indexOf(a.state) - checkStates.indexOf(b.state) ||
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  (a.id < b.id ? -1 : 1)

function judged(circuit: CircuitFacts): CheckResult {
  const { announced } = circuit
  if (announced === null)
    return buildCheckResult(circuit, createUnknownResult('No recent route table has its prefixes.'))
  const count = announced.reduce((sum, { prefixes }) => sum + prefixes.length, 0)
  const joined = announced.flatMap(({ prefixes }) => joinedIn(prefixes.flatMap((text) => parsePrefix(text) ?? [])))
  const evidence = [
    buildEvidence('prefixes announced', count),
    ...joined
      .slice(0, MAX_NAMED)
      .map(({ to, from }) => buildEvidence(formatPrefix(to), from.map(formatPrefix).join(' '))),
  ]
  if (joined.length === 0)
    return buildCheckResult(
      circuit,
      createPassedResult(`${formatCountedNoun(count, 'prefix', 'prefixes')}: none can be summarized.`, ...evidence),
    )
  const saved = joined.reduce((sum, { from }) => sum + from.length - 1, 0)
  const words = `${formatCountedNoun(count, 'prefix', 'prefixes')} can be summarized to ${count - saved}: ${joinNames(joined.map(({ to }) => formatPrefix(to)))}.`
  return buildCheckResult(circuit, createFailedResult(words, ...evidence))
}

/**
 * Returns the larger prefixes that could replace several of the given prefixes, each with the prefixes that it would
 * replace.
 */
function joinedIn(prefixes: readonly IpPrefix[]): { to: IpPrefix; from: IpPrefix[] }[] {
  return summarizePrefixes(prefixes).flatMap((to) => {
    const from = prefixes.filter((one) => doesPrefixContainPrefix(to, one))
    return from.length > 1 ? [{ to, from }] : []
  })
}
