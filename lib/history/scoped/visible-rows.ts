/**
 * Neighbor from which routes of a table came (a carrier), in lower case: the peer's address, or a connection of a hub
 * or a part of such a connection. `''` = every row of the source. `company` is a network or a Virtual WAN; tables with
 * the same `company` relay routes to each other.
 */
export interface VisibleRouteNeighbor {
  sourceId: number
  peer: string
  company: number
}

/**
 * Route tables with rows of several owners, by source row ID. `own` and `others` are the carriers of the user and of
 * other owners.
 */
interface Parts {
  sources: readonly number[]
  own: readonly VisibleRouteNeighbor[]
  others: readonly VisibleRouteNeighbor[]
  /** tables in which some rows do not name their owner. Such a row is visible only if its prefix proves the owner. */
  proven: readonly Omit<VisibleRouteNeighbor, 'peer'>[]
  /** `interfaces` = tables of the user's network interfaces, `appliances` = tables of the user's appliances */
  interfaces: readonly number[]
  appliances: readonly number[]
}

/**
 * Rows that a user with a limited scope may see. The user's own resources are visible with all of their sources. A
 * shared gateway belongs to another owner. Only its name, its kind, and its rows from neighbors that are circuits of
 * the user are visible. A mixed gateway belongs to the user and is visible, except for its rows from neighbors that are
 * circuits of others.
 */
export interface RowsVisibleInAccessScope {
  /** name of the scope, under which results for it are cached */
  audience: string
  /** row IDs of completely visible resources */
  resources: readonly number[]
  shortIds: readonly string[]
  armKeys: readonly string[]
  /** IDs of completely visible subscriptions, lower case */
  subscriptions: readonly string[]
  /** names of the user's customers */
  customers: readonly string[]
  /**
   * row IDs of gateways and hubs of other owners to which the user's circuits or networks are connected (shared
   * gateways), and of custom route tables of such hubs that route the user's networks
   */
  shared: readonly number[]
  sharedShortIds: readonly string[]
  /** row IDs of sources of completely visible resources */
  sources: readonly number[]
  /** row IDs of sources of shared gateways */
  sharedSources: readonly number[]
  /**
   * `hiddenSessions` = row IDs of sessions of mixed gateways that belong to others and are hidden. `shownSessions` =
   * row IDs of sessions of shared gateways that belong to the user and are visible.
   */
  hiddenSessions: readonly number[]
  shownSessions: readonly number[]
  /**
   * `foreignMembers` = neighbors of mixed gateways (of the user, with circuits of others) that are circuits of others.
   * `ownMembers` = neighbors of shared gateways (of others, with circuits of the user) that are circuits of the user.
   * Both have the format `gateway neighbor`, as events name them.
   */
  foreignMembers: readonly string[]
  ownMembers: readonly string[]
  /**
   * neighbors of mixed and shared gateways that carry traffic of others, in the format `gateway neighbor`. All rows of
   * these neighbors are hidden.
   */
  othersMembers: readonly string[]
  /**
   * `routerSessions` = row IDs of the sessions of customers' routers that run over the user's circuits. `routers` = row
   * IDs of these routers.
   */
  routerSessions: readonly number[]
  routers: readonly number[]
  parts: Parts
  /**
   * keys of child resources that belong to other owners but appear in visible configurations: connections and parts of
   * hubs, circuits on ports
   */
  othersChildren: readonly string[]
  /** keys of the caller's connections and parts of hubs, which may appear in route tables of shared hubs */
  ownChildren: readonly string[]
  /** row IDs of resources whose configurations contain child resources of other owners */
  naming: readonly number[]
}
