import type { RouteFacts } from '../route-facts.ts'

/**
 * Transport that is preferred among routes to one prefix: ExpressRoute (Azure's default), VPN and appliances, or the
 * shorter AS path over any transport. Only Route Servers and Virtual WAN hubs can be set to the latter two.
 * Source: Azure documentation, "Routing preference" (Route Server), `hubRoutingPreference` in the API.
 */
export type RoutingPreference = 'expressRoute' | 'vpn' | 'asPath'

/** Transport of a route: ExpressRoute, site-to-site VPN, or a network virtual appliance behind a Route Server. */
export type RouteTransport = 'er' | 'vpn' | 'nva' | 'unknown'

/** Row of a route table that covers the requested address, with the known facts about the path behind it. */
export interface Candidate extends RouteFacts {
  /** short id of the gateway that holds the table; for a path table, of the circuit */
  scope: string
  resourceId: string
  transport: RouteTransport
  /** short id of the circuit behind the route; null while the neighbor is not mapped to a circuit */
  circuit: string | null
  path: 'primary' | 'secondary' | null
  /** `routingWeight` of the connection over which the route was learned; null while the connection is unknown */
  connectionWeight: number | null
  /** length to compare instead of the real AS path length, for example to try additional prepends */
  asPathLength?: number
}

/** Rule that decided a candidate's rank; `equal` if no rule decided and all candidates share rank 1. */
export type RuleName =
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
export type Ranked<C extends Candidate> = C & {
  /** 1 = used; equal candidates share a rank, and the next rank is one higher */
  rank: number
  /**
   * for rank 1, the rule that ranks it above rank 2; for other ranks, the rule that ranks it below the previous rank
   */
  rule: RuleName
  /** the deciding rule as text for people */
  reason: string
  /** the deciding rule, or a value that it used, is not documented */
  inferred: boolean
}
