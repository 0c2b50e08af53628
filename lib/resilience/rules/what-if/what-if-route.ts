import type { Candidate, ReportedPreference, RoutingPreference } from '#lib/bgp/index.ts'
import type { AssumedBecause, WhatIfRow } from '../../api/index.ts'
import type { CircuitPath, PeeringType } from '#lib/contract/index.ts'

/** What the customer's router reports of a route that an MSEE offers it, or why that is not known. */
export type WhatIfRouterReport =
  | ({
      is: 'reported'
      /** name or address of the router */
      router: string
      /** of the router: local preferences are those of one AS */
      asn: number
      communities: readonly string[]
      /** its own table has this route; false = it has not, or is not reported */
      isUsed: boolean
    } & ReportedPreference)
  /** the router's own policy takes it out */
  | { is: 'refused'; router: string }
  | { is: 'not_known'; because: Exclude<AssumedBecause, 'several_asns' | 'own_table_differs'> }

/** A route of a table with everything that it rests on. */
export interface WhatIfRoute extends Candidate {
  /** the gateway whose sessions it depends on; null = none that is known */
  gateway: string | null
  /** the connection that it came by, short id; null = not known */
  connection: string | null
  /** the peering of its circuit */
  peering: PeeringType
  /** where `circuit` is null: circuits that may be behind it. Empty = none can be, as behind a VPN */
  possible: readonly string[]
  /** for a route of both paths of `circuit` together: the paths on which the customer announces the prefix; absent = not known */
  announcedOn?: readonly CircuitPath[]
  /** on the customer's side: what his router says of it; absent = no router does */
  report?: WhatIfRouterReport
}

/** A path of private peering that a neighbor of a gateway may be. */
export interface PathPlace {
  circuit: string
  path: CircuitPath
  /** short id of the gateway's connection to the circuit; null = not known */
  connection: string | null
}

/**
 * Neighbors of one gateway and one address family whose paths are not known, and the paths that are left for them. Each neighbor is one of the
 * places, and no two neighbors are the same place.
 */
export interface OpenNeighbors {
  gateway: string
  /** in order of address */
  neighbors: readonly string[]
  /** at least as many as neighbors, in order of circuit and path */
  places: readonly PathPlace[]
}

/** What forwards by one set of routes: a network's gateways together, a hub, or the routers of a site. */
export interface WhatIfTable {
  side: WhatIfRow['side']
  scope: string
  /** on the customer's side: whose routers these are */
  site: string | null
  /** a table of it was not seen: what is not in the others may be in that one */
  isPartial: boolean
  preference: RoutingPreference
  /** space that system routes deliver, whatever BGP says */
  ownSpace: readonly string[]
  /** prefixes of which it must be said what becomes of them, routes or none */
  space: readonly string[]
  routes: readonly WhatIfRoute[]
  /** neighbors whose paths are not known, but are among some; absent = none */
  open?: readonly OpenNeighbors[]
}

/** Names a path of a circuit. */
export const pathKey = (circuit: string, peering: PeeringType, path: string) => `${circuit}/${peering}/${path}`
/** Names an instance of a gateway by its address. */
export const instanceKey = (gateway: string, address: string) => `${gateway}/${address}`
