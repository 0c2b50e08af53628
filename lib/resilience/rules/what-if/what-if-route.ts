import type { Candidate, ReportedPreference, RoutingPreference } from '#lib/bgp/index.ts'
import type { AssumedBecause, WhatIfRow } from '../../api/index.ts'
import type { CircuitPath, PeeringType } from '#lib/contract/index.ts'

/** The report of the customer's router about a route that an MSEE offers, or the reason why it is unknown. */
export type WhatIfRouterReport =
  | ({
      is: 'reported'
      /** name or address of the router */
      router: string
      /** ASN of the router, because local preferences are only comparable within one AS */
      asn: number
      communities: readonly string[]
      /**
       * whether the router's own table (Loc-RIB) has this route; false = the table lacks the route, or is not reported
       */
      isUsed: boolean
    } & ReportedPreference)
  /** the import policy of the router rejects the route */
  | { is: 'refused'; router: string }
  | { is: 'not_known'; because: Exclude<AssumedBecause, 'several_asns' | 'own_table_differs'> }

/** A route of a table with all resources on which the route depends. */
export interface WhatIfRoute extends Candidate {
  /** short ID of the gateway on whose sessions the route depends; null = unknown */
  gateway: string | null
  /** short ID of the connection over which the route came; null = unknown */
  connection: string | null
  /** the peering of the route's circuit */
  peering: PeeringType
  /**
   * circuits that may carry the route if `circuit` is null; empty = it is not carried by a circuit, for example by a
   * VPN
   */
  possible: readonly string[]
  /**
   * paths on which the customer announces the prefix, for a route that represents both paths of `circuit`; absent =
   * unknown
   */
  announcedOn?: readonly CircuitPath[]
  /** report of the customer's router about the route, on the customer's side; absent = no router reports it */
  report?: WhatIfRouterReport
}

/** A path of private peering to which a BGP neighbor of a gateway may belong. */
export interface PathPlace {
  circuit: string
  path: CircuitPath
  /** short ID of the gateway's connection to the circuit; null = unknown */
  connection: string | null
}

/**
 * BGP neighbors of one gateway and one address family whose paths are unknown, and the paths that remain for them. Each
 * neighbor belongs to exactly one of the paths, and each path to at most one neighbor.
 */
export interface OpenNeighbors {
  gateway: string
  /** addresses of the neighbors, in order */
  neighbors: readonly string[]
  /** paths in the order of circuit and path; at least as many as neighbors */
  places: readonly PathPlace[]
}

/**
 * A table of routes by which several resources forward together: the gateways of a network, a hub, or the routers of a
 * site.
 */
export interface WhatIfTable {
  side: WhatIfRow['side']
  scope: string
  /** site of the routers, on the customer's side */
  site: string | null
  /** whether a part of the table was not read, so that further routes may exist */
  isPartial: boolean
  preference: RoutingPreference
  /** prefixes of system routes, which take precedence over BGP */
  ownSpace: readonly string[]
  /** prefixes that must have a row, even without a route */
  space: readonly string[]
  routes: readonly WhatIfRoute[]
  /** neighbors with unknown paths; absent = all paths are known */
  open?: readonly OpenNeighbors[]
}

/** Returns the key of a path of a circuit. */
export const pathKey = (circuit: string, peering: PeeringType, path: string) => `${circuit}/${peering}/${path}`
/** Returns the key of a gateway instance, by its address. */
export const instanceKey = (gateway: string, address: string) => `${gateway}/${address}`
