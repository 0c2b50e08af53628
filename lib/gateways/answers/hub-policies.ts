import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  isDefaultHubTable,
  type EpochMs,
  formatUnappliedConfiguration,
  type HubTrafficPolicy,
  type HubRouteTableConfig,
  isConfigKnownEffective,
  isOwnHubTable,
  getTopLevelResourceId,
  parseArmId,
  getHubTrafficPolicies,
} from '#lib/contract/index.ts'
import { readResourcePage, type ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/**
 * Returns which traffic a hub sends to a firewall (its routing policies); null if unknown.
 * @param inside resources inside the hub
 */
export function findHubPolicies(inside: readonly ResourceView[]): HubTrafficPolicy[] | null {
  const intent = inside.find(({ type }) => type === armTypes.hubRoutingIntent)
  return getHubTrafficPolicies(
    intent && decodeResourceConfig(armTypes.hubRoutingIntent, intent.config),
    defaultTableIn(inside),
  )
}

function defaultTableIn(inside: readonly ResourceView[]): HubRouteTableConfig | undefined {
  const table = inside.find(({ type, name }) => type === armTypes.hubRouteTable && isDefaultHubTable(name))
  return table && decodeResourceConfig(armTypes.hubRouteTable, table.config)
}

/** A Virtual WAN hub with the parts of its configuration that affect forwarding in addition to its route tables. */
export interface HubForwarding {
  hub: ResourceView
  /** traffic that the hub sends to a firewall (routing policies); null = unknown */
  policies: HubTrafficPolicy[] | null
  /** normalized ARM ID (`normalizeArmId`) of the Azure Firewall in the hub; null = not reported by ARM */
  firewallKey: string | null
  routeMaps: string[]
  /** sentences about configured policies, routes or connections that may not be in effect */
  unapplied: string[]
  /** prefixes of the static routes in its default table */
  staticPrefixes: string[]
  /**
   * normalized ARM ID of each virtual network that is connected to the hub. A connection that may not be in effect is
   * left out
   */
  networkKeys: string[]
  /** names of the network connections that are associated with the default table */
  defaultNetworks: string[]
  /** route tables that users created and that at least one connection uses */
  customTables: CustomHubTable[]
  /**
   * names of the network connections that are associated with a route table that ARM does not list, by the name of the
   * route table. Azure's built-in table without routes is left out
   */
  unlistedTables: ReadonlyMap<string, readonly string[]>
}

/** Route table of a hub that a user created, with the connections that use it. */
export interface CustomHubTable {
  /** short ID of the table's resource, which is the scope of its polls */
  id: string
  name: string
  /** network connections that are associated with the table; `networkKey` as in HubNetworkConnectionConfig */
  networks: { name: string; networkKey: string | null }[]
  /** keys (`normalizeArmId`) of the connections that propagate their routes to the table */
  propagatingKeys: readonly string[]
  /** prefixes of its static routes; empty also if its static routes are unknown */
  staticPrefixes: string[]
}

/** Returns a route table that a user created; empty if no connection is associated with it. */
function describeCustomTable(
  { id, name, config }: ResourceView,
  networks: readonly { name: string; networkKey: string | null }[],
): CustomHubTable[] {
  const table = decodeResourceConfig(armTypes.hubRouteTable, config)
  if (networks.length === 0 && table.associated === 0) return []
  return [
    {
      id,
      name,
      networks: networks.map((one) => ({ name: one.name, networkKey: one.networkKey })),
      propagatingKeys: table.propagatingKeys,
      staticPrefixes: (table.staticRoutes ?? []).flatMap(({ prefixes }) => prefixes),
    },
  ]
}

/**
 * Returns every hub that the caller may see, by its normalized ARM ID (`normalizeArmId`).
 * @param at undefined = now
 */
export async function readHubForwarding(q: SqlExecutor, at: EpochMs | undefined): Promise<Map<string, HubForwarding>> {
  const types = [
    armTypes.virtualHub,
    armTypes.hubRoutingIntent,
    armTypes.hubRouteTable,
    armTypes.hubNetworkConnection,
    armTypes.hubRouteMap,
  ]
  const resources = await readResourcePage(q, { types, ...(at !== undefined && { at }) })
  const inside = Map.groupBy(resources, ({ resourceId }) => normalizeArmId(getTopLevelResourceId(resourceId)))
  return new Map(
    resources.flatMap((hub): [string, HubForwarding][] => {
      const config = hub.type === armTypes.virtualHub ? decodeResourceConfig(hub.type, hub.config) : null
      if (config?.resource !== 'network' || !config.hub) return []
      const key = normalizeArmId(hub.resourceId)
      const own = inside.get(key) ?? []
      const networks = own.flatMap(({ type, name, config: connection }) =>
        type === armTypes.hubNetworkConnection
          ? [{ name, ...decodeResourceConfig(armTypes.hubNetworkConnection, connection) }]
          : [],
      )
      const byTable = Map.groupBy(networks, ({ tableKey }) => {
        // a connection for which ARM lists no association is associated with the default table
        const table = parseArmId(tableKey ?? '')?.name
        return tableKey === null || table == null || isDefaultHubTable(table) ? null : tableKey
      })
      const listed = own.filter(({ type, name }) => type === armTypes.hubRouteTable && isOwnHubTable(name))
      const listedKeys = new Set(listed.map(({ resourceId }) => normalizeArmId(resourceId)))
      const networkKeys = networks.filter(isConfigKnownEffective).flatMap(({ networkKey }) => networkKey ?? [])
      const maps = own.flatMap(({ type, name, config: map }) =>
        type === armTypes.hubRouteMap ? [{ name, ...decodeResourceConfig(armTypes.hubRouteMap, map) }] : [],
      )
      const { firewallKey, routeMaps } = config.hub
      const table = defaultTableIn(own)
      const staticPrefixes = table?.staticRoutes?.flatMap(({ prefixes }) => prefixes) ?? []
      const policies = findHubPolicies(own)
      const unapplied = [
        ...(policies ?? []).map((policy) => policy.unapplied),
        ...networks.map((one) => formatUnappliedConfiguration(`the connection ${one.name}`, one)),
        ...maps.map((one) => formatUnappliedConfiguration(`the route map ${one.name}`, one)),
      ].filter((reason) => reason !== null)
      return [
        [
          key,
          {
            hub,
            policies,
            firewallKey,
            routeMaps,
            unapplied: [...new Set(unapplied)],
            staticPrefixes,
            networkKeys,
            defaultNetworks: (byTable.get(null) ?? []).map(({ name }) => name),
            customTables: listed.flatMap((one) =>
              describeCustomTable(one, byTable.get(normalizeArmId(one.resourceId)) ?? []),
            ),
            unlistedTables: new Map(
              [...byTable].flatMap(([tableKey, users]) => {
                const name = parseArmId(tableKey ?? '')?.name ?? ''
                return tableKey === null || listedKeys.has(tableKey) || !isOwnHubTable(name)
                  ? []
                  : [[name, users.map((user) => user.name)] as const]
              }),
            ),
          },
        ],
      ]
    }),
  )
}
