import type { RouteAt } from '#lib/history/index.ts'
import type { ConfiguredPath } from './facts.ts'

/** What of the route tables was read, and what should have been. */
export interface ReadRoutes {
  /** learned tables of gateways and Route Servers' peers, tables of hubs and of circuits' paths: only what was seen */
  routes: readonly RouteAt[]
  /** resources with a table that was not seen, by short id */
  unseen: ReadonlySet<string>
  /** resources with a table that was seen */
  seen: ReadonlySet<string>
}

/** A path of a circuit with what either side announces on it. */
export interface PathTable {
  of: ConfiguredPath
  fromCustomer: RouteAt[]
  fromAzure: RouteAt[]
}
