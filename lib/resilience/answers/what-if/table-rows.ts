import type { RouteAt } from '#lib/history/index.ts'
import type { ConfiguredPath } from './facts.ts'

/** The route tables that were read, and the resources whose tables are missing. */
export interface ReadRoutes {
  /**
   * rows of the tables that were read: learned tables of gateways and Route Server peers, tables of hubs and of
   * circuits' paths
   */
  routes: readonly RouteAt[]
  /** short IDs of resources with a missing table */
  unseen: ReadonlySet<string>
  /** short IDs of resources with a table that was read */
  seen: ReadonlySet<string>
}

/** A path of a circuit with the prefixes that each side announces on it. */
export interface PathTable {
  of: ConfiguredPath
  fromCustomer: RouteAt[]
  fromAzure: RouteAt[]
}
