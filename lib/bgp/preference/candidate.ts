import type { RouteFacts } from '../route-facts.ts'

/**
 * Preference between routes to one prefix over different transports: ExpressRoute first (Azure's default), VPN and
 * appliances first, or the shorter AS path first over any transport. Only Route Servers and Virtual WAN hubs can be set
 * to `vpn` or `asPath`. Source: Azure documentation, "Routing preference" (Route Server), `hubRoutingPreference` in the
 * API.
 */
export type RoutingPreference = 'expressRoute' | 'vpn' | 'asPath'

/** Transport of a route: ExpressRoute, site-to-site VPN, or a network virtual appliance behind a Route Server. */
export type RouteTransport = 'er' | 'vpn' | 'nva' | 'unknown'

/**
 * Row of a route table that covers the requested address, with the known facts about the circuit and connection behind
 * it.
 */
export interface CandidateRoute extends RouteFacts {
  /** short id of the gateway that holds the route table; for a circuit's path table, of the circuit */
  scope: string
  resourceId: string
  transport: RouteTransport
  /** short id of the circuit behind the route; null while the neighbor is not mapped to a circuit */
  circuit: string | null
  path: 'primary' | 'secondary' | null
  /** `routingWeight` of the connection over which the route was learned; null while the connection is unknown */
  connectionWeight: number | null
  /**
   * number to compare in place of the real AS path length, for example to try additional prepends; absent = the real
   * length
   */
  asPathLength?: number
}

/** Rule that decided a candidate's rank; `equal` if no rule decided and all candidates share rank 1. */
export type RoutePreferenceRuleName =
  | 'only'
  | 'longest_prefix'
  | 'own_space'
  | 'transport'
  | 'connection_weight'
  | 'weight'
  | 'local_preference'
  | 'as_path'
  | 'origin'
  | 'ebgp'
  | 'row_weight'
  | 'equal'

/** Candidate with its rank and the reason for it. */
export type RankedCandidate<C extends CandidateRoute> = C & {
  /** 1 = the route is used; equal candidates share a rank, and the next candidates have the next higher rank */
  rank: number
  /**
   * for rank 1, the rule by which the candidate beats rank 2; for other ranks, the rule by which it loses to the
   * previous rank
   */
  rule: RoutePreferenceRuleName
  /** the deciding rule as text for people */
  reason: string
  /** true = the deciding rule, or a value that the rule used, is not documented by Azure */
  inferred: boolean
}
