/**
 * By what a row of routes came, lower case: a neighbor, a connection of a hub or a part of one. `''` = everything of the source. What stands in one
 * `company` passes routes on to each other: a network, a Virtual WAN.
 */
export interface VisibleCarrier {
  sourceId: number
  peer: string
  company: number
}

/** Tables of routes in which rows of several owners stand, by row ids of their sources. */
interface Parts {
  sources: readonly number[]
  own: readonly VisibleCarrier[]
  others: readonly VisibleCarrier[]
  /** tables whose rows do not all name whose they are */
  proven: readonly Omit<VisibleCarrier, 'peer'>[]
  /** those of the reader's network interfaces and appliances */
  interfaces: readonly number[]
  appliances: readonly number[]
}

/**
 * What a reader with a scope sees. Whole resources are seen with all of their sources. A shared gateway belongs to somebody else and
 * is seen by name and kind alone, with what comes from neighbors that are circuits of the reader. A mixed gateway is seen whole, but
 * for what comes from neighbors that are circuits of others.
 */
export interface Visible {
  /** names the scope, under which what was computed for it is kept */
  audience: string
  /** row ids of resources that are seen whole */
  resources: readonly number[]
  shortIds: readonly string[]
  armKeys: readonly string[]
  /** ids of subscriptions that are seen whole, lower case */
  subscriptions: readonly string[]
  /** names of the reader's customers */
  customers: readonly string[]
  /** row ids of shared gateways */
  shared: readonly number[]
  sharedShortIds: readonly string[]
  /** row ids of sources of resources that are seen whole */
  sources: readonly number[]
  /** row ids of sources of shared gateways */
  sharedSources: readonly number[]
  /** sessions of mixed gateways that are not seen, and of shared ones that are: row ids */
  hiddenSessions: readonly number[]
  shownSessions: readonly number[]
  /** neighbors of mixed gateways that are circuits of others, and of shared ones that are the reader's, as events name them: `gateway neighbor` */
  foreignMembers: readonly string[]
  ownMembers: readonly string[]
  /** neighbors of mixed and shared gateways that carry what is others', likewise: no row of them is seen */
  othersMembers: readonly string[]
  /** row ids of sessions of customers' routers that are paths of the reader's circuits, and of those routers */
  routerSessions: readonly number[]
  routers: readonly number[]
  parts: Parts
  /** keys of what belongs to others and is named by a configuration that is seen: connections and parts of hubs, circuits on ports */
  othersChildren: readonly string[]
  /** row ids of resources whose configurations name them */
  naming: readonly number[]
}
