/** One row of a gateway's source and one of its neighbors. */
export interface SourceNeighbor {
  sourceId: number
  neighbor: string
}

/** A value for each of some sources of tables of hubs, by row ids. */
export interface HubTables {
  /** the tables, what is announced to appliances among them, with a number for their Virtual WAN */
  tables: readonly { sourceId: number; wan: number }[]
  /** those of hubs that are somebody else's */
  sharedTables: readonly number[]
  /** what connections bring to hubs of these Virtual WANs */
  ownInbound: readonly { sourceId: number; wan: number }[]
  othersInbound: readonly { sourceId: number; wan: number }[]
  /** by what a route may have come, lower case as tables have it (`peer`): own or others' it depends on the prefix; own; others' */
  unsureCarriers: readonly HubCarrier[]
  ownCarriers: readonly HubCarrier[]
  othersCarriers: readonly HubCarrier[]
  /** keys of what belongs to others and is named by a configuration that is seen: connections and parts of hubs, circuits on ports */
  othersChildren: readonly string[]
  /** tables of network interfaces and of appliances, which are given what every gateway around them brings */
  interfaceTables: readonly number[]
  /** tables of the reader's gateways in the network of a common one, to which a Route Server passes on what lands there */
  besideTables: readonly number[]
  /** neighbors of these that are devices on premises */
  besideDevices: readonly SourceNeighbor[]
  /** neighbors of common gateways that are none of the reader's, and those that are */
  othersAround: readonly SourceNeighbor[]
  ownAround: readonly SourceNeighbor[]
  /** row ids of resources whose configurations name them */
  naming: readonly number[]
}

interface HubCarrier {
  sourceId: number
  carrier: string
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
  /** row ids of sources of mixed gateways */
  mixedSources: readonly number[]
  /** neighbors of mixed gateways that are circuits of others */
  foreign: readonly SourceNeighbor[]
  /** neighbors of mixed and shared gateways that are circuits of the reader */
  own: readonly SourceNeighbor[]
  /** the same by the gateways' short ids, as events name them: `gateway neighbor` */
  foreignMembers: readonly string[]
  ownMembers: readonly string[]
  /** neighbors of mixed and shared gateways that carry what is others', likewise: no row of them is seen */
  othersMembers: readonly string[]
  /** row ids of sessions of customers' routers that are paths of the reader's circuits, and of those routers */
  routerSessions: readonly number[]
  routers: readonly number[]
  /** hubs of Virtual WANs on which connections of others land */
  hubs: HubTables
}
