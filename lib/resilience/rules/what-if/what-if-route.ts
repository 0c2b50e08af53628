import type { CandidateRoute, ReportedPreference, RoutingPreference } from '#lib/bgp/index.ts'
import type { WhatIfUncertaintyReason, WhatIfRow } from '../../api/index.ts'
import type { CircuitPath, PeeringType } from '#lib/contract/index.ts'

/** The report of the customer's router about a route that Azure offers, or the reason why there is no usable report. */
export type WhatIfRouterReport =
  | ({
      is: 'reported'
      /** name or address of the router */
      router: string
      /** ASN of the router. Local preferences can be compared only between routers of the same AS */
      asn: number
      communities: readonly string[]
      /**
       * True if the route is in the router's own table (Loc-RIB). False if it is not, or if the router does not report
       * this table.
       */
      isUsed: boolean
    } & ReportedPreference)
  /** the import policy of the router refuses the route */
  | { is: 'refused'; router: string }
  | { is: 'not_known'; because: Exclude<WhatIfUncertaintyReason, 'several_asns' | 'own_table_differs'> }

/** A route in a what-if, with the resources on which it depends. */
export interface WhatIfRoute extends CandidateRoute {
  /** Short id of the gateway whose session has the route; null = unknown. */
  gateway: string | null
  /** Short id of the connection over which the route came; null = unknown. */
  connection: string | null
  /** Peering of the circuit that carries the route. */
  peering: PeeringType
  /**
   * Circuits over which the route may have come if `circuit` is null. Empty = the route came over no circuit, for
   * example over a VPN.
   */
  possible: readonly string[]
  /**
   * Circuit paths on which the customer announces the prefix, if the route is for both paths of `circuit`; absent =
   * unknown.
   */
  announcedOn?: readonly CircuitPath[]
  /**
   * Report of the customer's router about the route, for routes at the customer's side; absent = no router reports it.
   */
  report?: WhatIfRouterReport
}

/** A circuit path of private peering to which a neighbor of a gateway may belong. */
export interface CandidateCircuitPath {
  circuit: string
  path: CircuitPath
  /** Short id of the connection between the gateway and the circuit; null = unknown. */
  connection: string | null
}

/**
 * BGP neighbors of a gateway whose circuit paths are unknown (either IPv4 or IPv6), and the paths that are not yet
 * assigned. Each neighbor belongs to one of these paths, and each path to at most one neighbor.
 */
export interface NeighborsWithUnknownCircuitPath {
  gateway: string
  /** Addresses of the neighbors, sorted. */
  neighbors: readonly string[]
  /** Remaining paths, sorted by circuit and path. There are at least as many as neighbors. */
  places: readonly CandidateCircuitPath[]
}

/**
 * A route table of a what-if. Several resources share it: the gateways of a virtual network, a hub, or the routers of a
 * site.
 */
export interface WhatIfTable {
  side: WhatIfRow['side']
  scope: string
  /** Site of the customer's routers; null = unknown, or a table at Azure's side. */
  site: string | null
  /** True if a part of the table was not read, so that more routes may exist. */
  isPartial: boolean
  preference: RoutingPreference
  /** Prefixes of system routes, which take precedence over BGP. */
  ownSpace: readonly string[]
  /** prefixes for which the result contains a row even if the table has no route to them */
  space: readonly string[]
  routes: readonly WhatIfRoute[]
  /** Neighbors whose circuit paths are unknown; absent = all are known. */
  open?: readonly NeighborsWithUnknownCircuitPath[]
  /**
   * Short id of the hub, if this is a route table that a user created in it. The hub itself is the scope of its default
   * table. Absent = every other table
   */
  hub?: string
  /**
   * Prefixes whose routes are only possible, so that the outcome is unknown if a failure may affect one of the routes;
   * absent = none
   */
  uncertain?: ReadonlySet<string>
  /**
   * Routes of the other hubs of the Virtual WAN by prefix, which may take over if this hub has no route left; absent =
   * there is no other hub
   */
  elsewhere?: ReadonlyMap<string, readonly WhatIfRoute[]>
}

/** Reports whether a user created a route table in a Virtual WAN hub. */
export const isCustomHubTable = ({ hub }: Pick<WhatIfTable, 'hub'>): boolean => hub !== undefined

/**
 * Returns the tables without the tables that users created in hubs, so that each route is listed once. A custom table
 * has copies of routes that are in the default table of its hub. Rules about routes use this list. Rules about the
 * forwarding of traffic use all tables, because a network may be routed by a custom table only.
 */
export const listTablesOfDistinctRoutes = <Rib extends { table: Pick<WhatIfTable, 'hub'> }>(
  ribs: readonly Rib[],
): Rib[] => ribs.filter(({ table }) => !isCustomHubTable(table))

/**
 * Reports whether it is unknown over which connections a custom table of a hub reaches a prefix. This is so if a part of
 * the table was not polled, or if the connections that propagate to it do not bring the prefix.
 */
export const isHubRouteUnknown = (
  { hub, isPartial, uncertain }: Pick<WhatIfTable, 'hub' | 'isPartial' | 'uncertain'>,
  prefix: string,
): boolean => hub !== undefined && (isPartial || uncertain?.has(prefix) === true)

/** Returns the key of a circuit path. */
export const formatCircuitPathKey = (circuit: string, peering: PeeringType, path: string) =>
  `${circuit}/${peering}/${path}`
/** Returns the key of a gateway instance from its address. */
export const formatInstanceKey = (gateway: string, address: string) => `${gateway}/${address}`
