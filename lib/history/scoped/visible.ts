/**
 * Origin of a route's row, in lower case: a neighbor, a connection of a hub or a part of one. `''` = every row of the
 * source. Tables with the same `company` (a network or a Virtual WAN) relay routes to each other.
 */
export interface VisibleCarrier {
  sourceId: number
  peer: string
  company: number
}

/** Route tables with rows of several owners, by source row ID. */
interface Parts {
  sources: readonly number[]
  own: readonly VisibleCarrier[]
  others: readonly VisibleCarrier[]
  /** tables in which some rows do not name their owner, so that their prefix must prove it */
  proven: readonly Omit<VisibleCarrier, 'peer'>[]
  /** `interfaces` = tables of the reader's network interfaces, `appliances` = tables of the reader's appliances */
  interfaces: readonly number[]
  appliances: readonly number[]
}

/**
 * The rows that a reader with a scope may see. Resources of the reader are visible with all of their sources. A shared
 * gateway has another owner: only its name and kind are visible, and rows from neighbors that are circuits of the
 * reader. A mixed gateway is visible except for rows from neighbors that are circuits of others.
 */
export interface Visible {
  /** name of the scope, under which its results are cached */
  audience: string
  /** row IDs of completely visible resources */
  resources: readonly number[]
  shortIds: readonly string[]
  armKeys: readonly string[]
  /** IDs of completely visible subscriptions, lower case */
  subscriptions: readonly string[]
  /** names of the reader's customers */
  customers: readonly string[]
  /** row IDs of shared gateways */
  shared: readonly number[]
  sharedShortIds: readonly string[]
  /** row IDs of sources of completely visible resources */
  sources: readonly number[]
  /** row IDs of sources of shared gateways */
  sharedSources: readonly number[]
  /**
   * `hiddenSessions` = row IDs of hidden sessions of mixed gateways, `shownSessions` = row IDs of visible sessions of
   * shared gateways
   */
  hiddenSessions: readonly number[]
  shownSessions: readonly number[]
  /**
   * `foreignMembers` = neighbors of mixed gateways that are circuits of others, `ownMembers` = neighbors of shared
   * gateways that are circuits of the reader, both in the format of events: `gateway neighbor`
   */
  foreignMembers: readonly string[]
  ownMembers: readonly string[]
  /**
   * neighbors of mixed and shared gateways that carry traffic of others, in the format `gateway neighbor`; all their
   * rows are hidden
   */
  othersMembers: readonly string[]
  /**
   * `routerSessions` = row IDs of sessions of customers' routers that are paths of the reader's circuits, `routers` =
   * row IDs of those routers
   */
  routerSessions: readonly number[]
  routers: readonly number[]
  parts: Parts
  /** keys of children of other owners in visible configurations: connections and parts of hubs, circuits on ports */
  othersChildren: readonly string[]
  /** row IDs of resources whose configurations name these children */
  naming: readonly number[]
}
