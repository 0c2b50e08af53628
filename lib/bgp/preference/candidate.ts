import type { RouteFacts } from '../route-facts.ts'

/**
 * What comes first among routes to one prefix: ExpressRoute (Azure's default), VPN and appliances, or the shorter AS path whatever
 * carries it. Only Route Servers and hubs of a Virtual WAN can be set to the latter two.
 * Source: Azure documentation, "Routing preference" (Route Server), `hubRoutingPreference` in the API.
 */
export type RoutingPreference = 'expressRoute' | 'vpn' | 'asPath'

/** What carries a route: ExpressRoute, site-to-site VPN, a network virtual appliance behind a Route Server. */
export type RouteTransport = 'er' | 'vpn' | 'nva' | 'unknown'

/** One row of a route table that covers the address in question, with what is known of the path behind it. */
export interface Candidate extends RouteFacts {
  /** whose table this is: the gateway's, or for a path table the circuit's, short id */
  scope: string
  resourceId: string
  transport: RouteTransport
  /** the circuit behind the route, short id; null while the neighbor is mapped to none */
  circuit: string | null
  path: 'primary' | 'secondary' | null
  /** `routingWeight` of the connection that the route came by; null while that connection is not known */
  connectionWeight: number | null
  /** the counted length, where it is not that of the path: what more prepends would make of it */
  asPathLength?: number
}

/** The rule that decided a candidate's place; `equal`: none did, all candidates share rank 1. */
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

/** A candidate in its place. */
export type Ranked<C extends Candidate> = C & {
  /** 1 = used; equals share a rank, and the next rank is one higher */
  rank: number
  /** for rank 1 what puts it before rank 2; for others what puts it behind the rank before */
  rule: RuleName
  /** the same in plain words */
  reason: string
  /** the deciding rule, or a value it used, is documented nowhere */
  inferred: boolean
}
