import type { CandidateRoute, RoutingPreference, RouteTransport } from './candidate.ts'
import { longestPrefixRule, getSharedValueOfCandidates, shortestAsPathRule } from './common-rules.ts'
import type { RoutePreferenceRule } from './rank-by-rules.ts'

/**
 * Reports whether a route is the address space of the virtual network itself or of a peered one. The gateway lists such
 * a route with the origin `Network` and without a next hop, because a system route delivers the traffic. A route with
 * the origin `Network` and a next hop is a static route of a VPN connection.
 */
export const isNetworkSpaceRoute = ({ origin, nextHop }: Pick<CandidateRoute, 'origin' | 'nextHop'>): boolean =>
  origin?.toLowerCase() === 'network' && nextHop === null

/**
 * Rule that prefers the address space of the virtual network or of a peered one over every learned route, even over a
 * longer prefix. Source: Azure documentation, "Virtual network traffic routing" (how Azure selects a route): "System
 * routes for traffic related to virtual network, virtual network peerings, or service endpoints are preferred routes,
 * even if BGP routes are more specific."
 */
const ownSpace: RoutePreferenceRule = {
  name: 'own_space',
  key: (candidate) => (isNetworkSpaceRoute(candidate) ? 0 : 1),
  words: () => ({
    ahead: 'system route: space of the virtual network or of a peered one before any BGP route, longer ones too',
    behind: "learned by BGP, and Azure's system route for the virtual network's space comes first, whatever the prefix",
  }),
}

const transportNames: Record<RouteTransport, string> = {
  er: 'ExpressRoute',
  vpn: 'VPN',
  nva: 'appliance',
  unknown: 'unknown transport',
}

/**
 * Returns a rule that prefers the given transport. Routes over VPN and over appliances rank equally. A route with an
 * unknown transport ranks last. Azure does not define this; Peerwatch ranks it last, because any other rank would
 * assume a transport. Sources: Azure documentation, "Configure ExpressRoute and Site-to-Site coexisting connections";
 * for appliances "Routing preference" (Route Server).
 */
function transportOrder(first: 'er' | 'vpn'): RoutePreferenceRule {
  const order = { er: first === 'er' ? 0 : 1, vpn: first === 'er' ? 1 : 0 }
  const places: Record<RouteTransport, number> = { er: order.er, vpn: order.vpn, nva: order.vpn, unknown: 2 }
  return {
    name: 'transport',
    key: ({ transport }) => places[transport],
    words(better, worse) {
      const [ahead, behind] = [namesOf(better), namesOf(worse)]
      const unknown = worse.some(({ transport }) => transport === 'unknown')
      return {
        ahead: `${ahead} before ${behind} for the same prefix`,
        behind: unknown
          ? `transport not known: placed behind ${ahead}`
          : `${behind} after ${ahead} for the same prefix`,
        inferred: unknown,
      }
    },
  }
}

const namesOf = (group: readonly CandidateRoute[]) =>
  (['er', 'vpn', 'nva', 'unknown'] as const)
    .filter((transport) => group.some((candidate) => candidate.transport === transport))
    .map((transport) => transportNames[transport])
    .join(' and ')

const DEFAULT_CONNECTION_WEIGHT = 0
const weightOfConnection = ({ connectionWeight }: CandidateRoute) => connectionWeight ?? DEFAULT_CONNECTION_WEIGHT

/**
 * Rule that prefers the higher routing weight of the connection. An unknown weight counts as Azure's default of 0.
 * Source: Azure documentation, "Optimize ExpressRoute routing" (assign a higher weight to the local connection).
 */
const connectionWeight: RoutePreferenceRule = {
  name: 'connection_weight',
  key: (candidate) => -weightOfConnection(candidate),
  words(better, worse) {
    const high = getSharedValueOfCandidates(better, weightOfConnection)
    const low = getSharedValueOfCandidates(worse, weightOfConnection)
    const unknown = [...better, ...worse].some((candidate) => candidate.connectionWeight === null)
    const note = unknown ? ' (a weight not known counts as 0)' : ''
    return {
      ahead: `connection weight ${high} over ${low}${note}`,
      behind: `connection weight ${low} under ${high}${note}`,
      inferred: unknown,
    }
  },
}

const rowWeight = ({ weight }: CandidateRoute) => weight ?? 0

/**
 * Rule that prefers the route with the higher value in the weight column of the gateway's route table. It applies only
 * between routes that all other rules leave equal. Azure prints this weight (32769 = learned from outside, 32768 =
 * local or from the other instance) but does not document it.
 */
const higherRowWeight: RoutePreferenceRule = {
  name: 'row_weight',
  applies: (group) => group.every(({ weight }) => weight !== null),
  key: (candidate) => -rowWeight(candidate),
  words(better, worse) {
    const high = getSharedValueOfCandidates(better, rowWeight)
    const low = getSharedValueOfCandidates(worse, rowWeight)
    return {
      ahead: `row weight ${high} over ${low} (inferred: Azure does not document it)`,
      behind: `row weight ${low} under ${high} (inferred: Azure does not document it)`,
      inferred: true,
    }
  },
}

/** Returns the rules of a gateway or hub in their order, for traffic from Azure to on-premises. */
export function getGatewayPreferenceRules(preference: RoutingPreference): RoutePreferenceRule[] {
  const rest = [connectionWeight, shortestAsPathRule, higherRowWeight]
  if (preference === 'asPath') {
    return [ownSpace, longestPrefixRule, shortestAsPathRule, transportOrder('er'), connectionWeight, higherRowWeight]
  }
  return [ownSpace, longestPrefixRule, transportOrder(preference === 'vpn' ? 'vpn' : 'er'), ...rest]
}
