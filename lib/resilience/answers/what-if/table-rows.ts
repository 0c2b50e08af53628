import type { RouteAtMoment } from '#lib/history/index.ts'
import type { ConfiguredPath } from './what-if-facts.ts'

/** The rows of the route tables that were read, and the resources whose tables were not read. */
export interface WhatIfRouteRows {
  /** Rows of the tables: learned routes of gateways and Route Server peers, and tables of hubs and circuit paths. */
  routes: readonly RouteAtMoment[]
  /** short ids of the resources with a table that was not read */
  unseen: ReadonlySet<string>
  /** Short ids of the resources with a table that was read. */
  seen: ReadonlySet<string>
}

/** A circuit path with the routes that each side announces on it. */
export interface PathRouteTable {
  of: ConfiguredPath
  fromCustomer: RouteAtMoment[]
  fromAzure: RouteAtMoment[]
}
