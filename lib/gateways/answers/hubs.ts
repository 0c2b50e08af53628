import { buildAzCommand } from '#lib/azure/az-command.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { decodeResourceConfig, listDisplayedSettings } from '#lib/azure/config/index.ts'
import { findAsnReservation } from '#lib/bgp/index.ts'
import {
  normalizeArmId,
  armTypes,
  azureDocumentedValues,
  buildHubConnectionId,
  type ConfigSetting,
  DEFAULT_HUB_TABLE,
  type EpochMs,
  formatPollOutcome,
  formatUnappliedConfiguration,
  forwardingTablePollKinds,
  type HubConfig,
  hubRouterMetrics,
  isResourceChanging,
  isDefaultHubTable,
  isOwnHubTable,
  type ListParameters,
  getTopLevelResourceId,
  parseArmId,
  type PollKind,
} from '#lib/contract/index.ts'
import type { HubBgpConnection, HubRouteTable, GatewaysEndpointResponse, HubToEncode } from '../api/index.ts'
import type { StoredSession } from '#lib/sessions/api/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import { readResourcePage, countPrefixesInTables, type ResourceView, type SourceStatus } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  NotFoundError,
  buildFreshnessFields,
  judgePollFreshness,
  findSupportingPolls,
  readSources,
  pickPageOfList,
  resolveResource,
  readTopology,
} from '#lib/questions/index.ts'

import { compareHubPeerLimits, compareUserVpnLimits } from '#lib/circuits/rules/index.ts'
import { readHubTraffic } from '#lib/usage/answers/index.ts'
import { readHubPeers } from './hub-peers.ts'
import { type HubLinkData, readHubLinkData, judgeHubConnection } from './hub-links.ts'
import { describeUserVpnGateway, readUserVpnData, type UserVpnData } from './hub-users.ts'
import { findHubPolicies } from './hub-policies.ts'
import { findFailedHubPart, type AzureHubStates } from './hub-state.ts'

import { readBgpSessionsWithVerdicts, readRecentMetrics } from '#lib/sessions/answers/index.ts'

type HubGateway = HubToEncode['gateways'][number]

/** Kinds of polls from which the state of a hub is derived. */
export const HUB_STATE_POLL_KINDS: readonly PollKind[] = ['tables', 'learned', 'peers', 'connection']
const GATEWAY_TYPES: readonly string[] = [armTypes.expressRouteGateway, armTypes.vpnGateway]
const INSIDE_TYPES: readonly string[] = [
  armTypes.hubBgpConnection,
  armTypes.hubNetworkConnection,
  armTypes.hubRouteTable,
  armTypes.hubRoutingIntent,
  armTypes.hubRouteMap,
]
const POLLED_TYPES: readonly string[] = [
  armTypes.virtualHub,
  ...GATEWAY_TYPES,
  armTypes.userVpnGateway,
  armTypes.hubBgpConnection,
  armTypes.hubRouteTable,
]

/** Lists Virtual WAN hubs and Route Servers by name, with their gateways, connected networks and BGP peers. */
export async function listHubs(
  db: ReadableDatabase,
  parameters: ListParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<GatewaysEndpointResponse<'hubs'>> {
  const { hubs, sources } = await readHubsWithStates(getSqlExecutor(db), now)
  const { rows, nextCursor } = pickPageOfList(hubs, ({ name, id }) => JSON.stringify([name, id]), parameters)
  return {
    data: rows,
    ...buildFreshnessFields(findSupportingPolls(sources, HUB_STATE_POLL_KINDS, now), now),
    nextCursor,
  }
}

/**
 * Returns one hub or Route Server by short ID or ARM ID, with its settings and the traffic of its connections.
 * @throws NotFoundError if the ID does not belong to a current hub
 */
export async function getHub(
  db: ReadableDatabase,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<GatewaysEndpointResponse<'hub'>> {
  const q = getSqlExecutor(db)
  const resource = await resolveResource(q, id)
  const { hubs, sources, facts } = await readHubsWithStates(q, now)
  const data = hubs.find((hub) => hub.id === resource.id)
  if (!data) throw new NotFoundError(`${resource.name} is no hub that exists now: take an id from /api/v1/hubs`)
  const gateways: HubGateway[] = []
  for (const gateway of data.gateways) {
    const names = gateway.connections.map(({ name }) => name)
    const traffic = await readHubTraffic(q, gateway.id, names, now)
    const connections = gateway.connections.map((one) => ({ ...one, traffic: traffic.get(one.name) ?? null }))
    gateways.push({ ...gateway, connections })
  }
  const settings = settingsOfHub(resource.id, facts)
  const scopes = new Set([
    data.id,
    ...[...data.gateways, ...(data.userVpnGateways ?? [])].map((gateway) => gateway.id),
    ...data.routeTables.map(({ scope }) => scope),
    ...data.bgpConnections.map((peer) => peer.id),
  ])
  const own = sources.filter(({ scope }) => scopes.has(scope))
  return {
    data: { ...data, gateways, settings },
    ...buildFreshnessFields(findSupportingPolls(own, HUB_STATE_POLL_KINDS, now), now),
  }
}

/** Data that describe hubs, in addition to their own configuration. */
interface Facts {
  now: EpochMs
  byKey: ReadonlyMap<string, ResourceView>
  /** resources inside hubs, and their gateways, by the normalized ARM ID (`normalizeArmId`) of the hub */
  inside: ReadonlyMap<string, ResourceView[]>
  /** number of prefixes in each table that was recently polled with success */
  sizes: ReadonlyMap<string, number>
  sources: readonly SourceStatus[]
  /** BGP peers by the normalized ARM ID of the hub */
  peers: ReadonlyMap<string, HubBgpConnection[]>
  links: HubLinkData
  /** polled data about user VPN gateways */
  users: UserVpnData
  /** number of routing infrastructure units of each hub's router, from Azure Monitor, by hub ID */
  unitsInUse: ReadonlyMap<string, number>
}

/** Reads all Virtual WAN hubs and Route Servers, with the data from which they are described. */
export async function readHubsWithStates(
  q: SqlExecutor,
  now: EpochMs,
): Promise<{ hubs: HubToEncode[]; sources: SourceStatus[]; facts: Facts }> {
  const resources = await readResourcePage(q, {
    types: [
      armTypes.virtualHub,
      ...GATEWAY_TYPES,
      armTypes.userVpnGateway,
      ...INSIDE_TYPES,
      armTypes.virtualWan,
      armTypes.virtualNetwork,
      armTypes.circuit,
      armTypes.vpnSite,
    ],
  })
  const polled = resources.filter(({ type }) => POLLED_TYPES.includes(type))
  const scopes = new Set(polled.map(({ id }) => id))
  const sources = (await readSources(q)).filter(({ scope }) => scopes.has(scope))
  const usable = new Set(
    sources
      .filter(({ poll }) => isFreshnessUsable(judgePollFreshness(poll, now)))
      .map(({ scope, subresource, poll }) => tableOf(scope, subresource, poll.kind)),
  )
  const sizes = await countPrefixesInTables(q, { scopes: [...scopes], kinds: forwardingTablePollKinds })
  const byKey = new Map(resources.map((resource) => [normalizeArmId(resource.resourceId), resource]))
  const inside = Map.groupBy(resources, hubKeyOf)
  const vpnGateways = resources.filter(({ type }) => type === armTypes.vpnGateway).map(({ id }) => id)
  const facts: Facts = {
    now,
    sources,
    links: await readHubLinkData(q, vpnGateways, sources, now),
    users: await readUserVpnData(
      q,
      resources.some(({ type }) => type === armTypes.userVpnGateway),
      now,
    ),
    unitsInUse: new Map(
      (await readRecentMetrics(q, undefined, [hubRouterMetrics.units], now)).flatMap(({ scope, maximum }) =>
        maximum === null ? [] : [[scope, maximum] as const],
      ),
    ),
    byKey,
    inside,
    peers: await readPeers(q, { byKey, inside, sources, now }),
    sizes: new Map(
      sizes
        .map(({ scope, subresource, kind, prefixes }) => [tableOf(scope, subresource, kind), prefixes] as const)
        .filter(([table]) => usable.has(table)),
    ),
  }
  const hubs = resources
    .filter(({ type }) => type === armTypes.virtualHub)
    .map((resource) => describeHub(resource, facts))
  return { hubs, sources, facts }
}

/** Returns the settings of the hub and of each resource inside it. */
function settingsOfHub(id: string, { byKey, inside }: Facts): ConfigSetting[] {
  const hub = [...byKey.values()].find((one) => one.id === id)
  if (!hub) return []
  const parts = inside.get(normalizeArmId(hub.resourceId)) ?? []
  return [hub, ...parts].flatMap(({ name, type, config }) =>
    listDisplayedSettings(type, config, type === hub.type ? null : name),
  )
}

/** Reads the BGP peers of every hub that has peers, with their session states. */
async function readPeers(
  q: SqlExecutor,
  { byKey, inside, sources, now }: Pick<Facts, 'byKey' | 'inside' | 'now'> & { sources: readonly SourceStatus[] },
): Promise<Map<string, HubBgpConnection[]>> {
  const peers = [...inside.values()].flat().filter(({ type }) => type === armTypes.hubBgpConnection)
  if (peers.length === 0) return new Map()
  const estate = await readTopology(q)
  const sessions = new Map<string, StoredSession[]>()
  for (const key of new Set(peers.map(hubKeyOf))) {
    const hub = byKey.get(key)
    if (hub) sessions.set(key, (await readBgpSessionsWithVerdicts(q, hub.id, now, { estate })).sessions)
  }
  const known = await readHubPeers(q, peers, sources, (peer) => sessions.get(hubKeyOf(peer)) ?? [])
  return Map.groupBy(
    known.map(({ peer, facts }) => ({
      ...peer,
      ...facts,
      ...decodeResourceConfig(armTypes.hubBgpConnection, peer.config),
    })),
    hubKeyOf,
  )
}

const tableOf = (scope: string, subresource: string, kind: string) => `${scope} ${kind} ${subresource}`

/** Returns the normalized ARM ID of the hub to which a resource belongs; '' if it does not belong to a hub. */
function hubKeyOf({ type, resourceId, config }: Pick<ResourceView, 'type' | 'resourceId' | 'config'>): string {
  if (INSIDE_TYPES.includes(type)) return normalizeArmId(getTopLevelResourceId(resourceId))
  if (type === armTypes.userVpnGateway) return decodeResourceConfig(type, config).hubKey ?? ''
  if (!GATEWAY_TYPES.includes(type)) return ''
  const decoded = decodeResourceConfig(type, config)
  return decoded?.resource === 'gateway' ? (decoded.networkKey ?? '') : ''
}

function describeHub(resource: ResourceView, facts: Facts): HubToEncode {
  const { id, resourceId } = resource
  const inside = facts.inside.get(normalizeArmId(resourceId)) ?? []
  const common = {
    gateways: inside.flatMap((one) => (GATEWAY_TYPES.includes(one.type) ? describeGateway(one, facts) : [])),
    userVpnGateways: inside.flatMap((one) =>
      one.type === armTypes.userVpnGateway ? [describeUserVpnGateway(one, facts.users, facts)] : [],
    ),
    networks: inside.flatMap((one) => (one.type === armTypes.hubNetworkConnection ? [findNetwork(one, facts)] : [])),
    bgpConnections: facts.peers.get(normalizeArmId(resourceId)) ?? [],
  }
  const config = decodeResourceConfig(resource.type, resource.config)
  if (config?.resource === 'gateway') return { ...resource, ...routeServerFacts(config, inside), ...common }
  const network = config?.resource === 'network' ? config : null
  const own = network?.hub ?? null
  const effectivePrefixes = facts.sizes.get(tableOf(id, DEFAULT_HUB_TABLE, 'tables')) ?? null
  const { provisioningState = null, routingState = null } = own ?? {}
  return {
    ...resource,
    kind: 'hub',
    wan: own?.wan ?? null,
    addressPrefixes: network?.addressPrefixes ?? [],
    asn: own?.asn ?? null,
    routerAddresses: own?.routerAddresses ?? [],
    routingPreference: network?.routingPreference ?? 'expressRoute',
    allowsBranchToBranch: wanOf(own, facts)?.allowsBranchToBranch ?? null,
    provisioningState,
    routingState,
    ...stateOf({ provisioningState, routingState, isRead: effectivePrefixes !== null }),
    effectivePrefixes,
    routeTables: routeTablesOf(id, inside, facts),
    policies:
      findHubPolicies(inside)?.map((policy) => ({
        ...policy,
        firewall: parseArmId(policy.nextHop)?.name ?? policy.nextHop,
        firewallId: policy.nextHop,
      })) ?? null,
    routeMaps: routeMapsOf(own?.routeMaps ?? [], inside),
    router: own?.routerUnits
      ? {
          units: own.routerUnits,
          machines: own.routerUnits * azureDocumentedValues.hub_machines_per_unit.value,
          inUse: facts.unitsInUse.get(id) ?? null,
        }
      : null,
    limits: [
      ...limitsOfHub(common, effectivePrefixes, networksIn(inside, facts)),
      ...compareHubPeerLimits(
        common.bgpConnections.map(({ id: peer, name }) => ({
          name,
          prefixes: facts.sizes.get(tableOf(peer, '', 'learned')) ?? null,
        })),
      ),
      ...common.userVpnGateways.flatMap(({ name, clients, metrics, scaleUnits }) =>
        compareUserVpnLimits(name, clients ?? metrics?.connections ?? null, scaleUnits),
      ),
    ],
    ...common,
  }
}

function wanOf(hub: HubConfig | null, { byKey }: Facts) {
  const wan = hub?.wanKey == null ? undefined : byKey.get(hub.wanKey)
  return wan && decodeResourceConfig(armTypes.virtualWan, wan.config)
}

/**
 * Returns the total number of address prefixes of the virtual networks that are connected to the hub; null if one of
 * the networks has not been read.
 */
function networksIn(inside: readonly ResourceView[], { byKey }: Facts): number | null {
  let prefixes = 0
  for (const { type, config } of inside) {
    if (type !== armTypes.hubNetworkConnection) continue
    const { networkKey } = decodeResourceConfig(armTypes.hubNetworkConnection, config)
    const network = networkKey === null ? undefined : byKey.get(networkKey)
    const decoded = network && decodeResourceConfig(network.type, network.config)
    if (decoded?.resource !== 'network') return null
    prefixes += decoded.addressPrefixes.length
  }
  return prefixes
}

/**
 * Compares the number of prefixes in a hub with its limit. The number is the larger of two counts. One is the number of
 * prefixes from the hub's own connections. The other is the number of prefixes in its default table, which also
 * contains prefixes from other hubs. The result is empty if the prefixes of some connections are unknown and the table
 * was not read.
 */
function limitsOfHub(
  { gateways, bgpConnections }: Pick<HubToEncode, 'gateways' | 'bgpConnections'>,
  effectivePrefixes: number | null,
  ofNetworks: number | null,
): HubToEncode['limits'] {
  const ofPeers = bgpConnections.map(({ learned }) => learned && Math.max(0, ...learned.map(({ routes }) => routes)))
  const ofConnections = gateways.flatMap(({ connections }) => connections.map(({ prefixes }) => prefixes))
  const brought = [...ofPeers, ...ofConnections, ofNetworks]
  const known = brought.flatMap((prefixes) => prefixes ?? [])
  const isWhole = known.length === brought.length
  if (!isWhole && effectivePrefixes === null) return []
  const count = Math.max(
    known.reduce((sum, prefixes) => sum + prefixes, 0),
    effectivePrefixes ?? 0,
  )
  const { value: limit, source } = azureDocumentedValues.hub_prefixes
  const note = isWhole
    ? 'Routes from other hubs of the Virtual WAN count, too, but only if they are in the default table.'
    : 'At least: what a connection brings is not read.'
  return [
    { name: 'hub_prefixes', limit, count, share: count / limit, note, source, ...(!isWhole && { isAtLeast: true }) },
  ]
}

/**
 * Returns the route maps of a hub or Route Server that its resource names or that the inventory lists.
 */
function routeMapsOf(names: readonly string[], inside: readonly ResourceView[]): HubToEncode['routeMaps'] {
  const listed = inside.filter(({ type }) => type === armTypes.hubRouteMap)
  const all = [...names, ...listed.map(({ name }) => name)]
  return [...new Map(all.map((name) => [name.toLowerCase(), name])).values()].map((name) => {
    const map = listed.find((one) => one.name.toLowerCase() === name.toLowerCase())
    if (!map) return { name, rules: null, drops: null, inbound: [], outbound: [], unapplied: null }
    const facts = decodeResourceConfig(armTypes.hubRouteMap, map.config)
    return { name, ...facts, unapplied: formatUnappliedConfiguration(name, facts) }
  })
}

/**
 * Returns the default route table, which every hub has, and the custom tables. Azure's built-in table without routes is
 * left out.
 */
function routeTablesOf(hub: string, inside: readonly ResourceView[], { sizes }: Facts): HubRouteTable[] {
  const tables = inside.filter(({ type }) => type === armTypes.hubRouteTable)
  const describe = (resource: ResourceView | undefined, scope: string, subresource: string): HubRouteTable => {
    const config = resource ? decodeResourceConfig(armTypes.hubRouteTable, resource.config) : null
    return {
      scope,
      name: resource?.name ?? DEFAULT_HUB_TABLE,
      isDefault: subresource !== '',
      ...(config ?? { labels: [], associated: null, propagating: null, provisioningState: null }),
      staticRoutes: config?.staticRoutes?.length ?? null,
      unapplied: resource && config ? formatUnappliedConfiguration(resource.name, config) : null,
      prefixes: sizes.get(tableOf(scope, subresource, 'tables')) ?? null,
    }
  }
  const own = tables.filter(({ name }) => isOwnHubTable(name))
  const standard = tables.find(({ name }) => isDefaultHubTable(name))
  return [describe(standard, hub, DEFAULT_HUB_TABLE), ...own.map((one) => describe(one, one.id, ''))]
}

function routeServerFacts(
  config: Extract<ReturnType<typeof decodeResourceConfig>, { resource: 'gateway' }>,
  inside: readonly ResourceView[],
) {
  return {
    ...config,
    kind: 'routeServer' as const,
    wan: null,
    addressPrefixes: [],
    routerAddresses: config.instances.flatMap(([address]) => address ?? []),
    allowsBranchToBranch: config.branchToBranch,
    // A Route Server has no route table that could be outdated, so its routes count as read.
    ...stateOf({ ...config, isRead: true }),
    effectivePrefixes: null,
    routeTables: [],
    policies: [],
    routeMaps: routeMapsOf(config.routeMaps ?? [], inside),
    router: null,
    limits: [],
  }
}

function stateOf({
  provisioningState,
  routingState,
  isRead,
}: AzureHubStates & { isRead: boolean }): Pick<HubToEncode, 'state' | 'reason'> {
  const failed = findFailedHubPart({ provisioningState, routingState })
  if (failed) return { state: 'failed', reason: `Azure reports its ${failed} as Failed.` }
  if (isResourceChanging({ provisioningState }) || routingState?.toLowerCase() === 'provisioning') {
    return { state: 'changing', reason: 'Azure is changing it.' }
  }
  if (!isRead) return { state: 'unknown', reason: 'No recent poll shows its routes.' }
  return { state: 'healthy', reason: null }
}

function describeGateway(resource: ResourceView, { byKey, sizes, links: polled, sources }: Facts): HubGateway[] {
  const config = decodeResourceConfig(resource.type, resource.config)
  if (config?.resource !== 'gateway') return []
  const { id, type } = resource
  const hub = parseArmId(config.networkKey ?? '')
  return [
    {
      ...resource,
      ...config,
      kind: type === armTypes.vpnGateway ? 'vpn' : 'expressRoute',
      connections: config.hubConnections.map((connection) => {
        const { circuitKey, siteKey } = connection
        const circuit = circuitKey === null ? undefined : byKey.get(circuitKey)
        const table = hub && [...sizes.keys()].find((known) => isTableOf(known, id, connection.name))
        return {
          ...connection,
          ...judgeHubConnection(id, connection, polled),
          siteDevices: siteDevices(siteKey === null ? undefined : byKey.get(siteKey)),
          azCommand: buildAzCommand({
            resourceId: buildHubConnectionId(resource, connection.name),
            kind: 'inventory',
          }),
          circuitId: circuit?.id ?? null,
          circuitName: circuitKey === null ? null : (circuit?.name ?? parseArmId(circuitKey)?.name ?? null),
          table: table ? table.slice(`${id} learned `.length) : null,
          prefixes: table ? (sizes.get(table) ?? null) : null,
          unread: findUnreadReason(sources, id, connection.name),
        }
      }),
    },
  ]
}

/**
 * Returns the devices of a VPN site that use BGP; null if the site was not read, or the connection is not a VPN
 * connection.
 */
const siteDevices = (site: ResourceView | undefined): HubGateway['connections'][number]['siteDevices'] =>
  site === undefined
    ? null
    : decodeResourceConfig(armTypes.vpnSite, site.config).devices.map(({ link, asn }) => ({
        link,
        asn,
        asnReservedBy: findAsnReservation(asn),
      }))

/**
 * Reports whether a table contains the routes that a gateway received over a connection. The name of such a table ends
 * with the connection's name.
 */
const isTableOf = (table: string, scope: string, connection: string) =>
  table.startsWith(`${scope} learned `) && table.endsWith(`/${connection}`)

/**
 * Returns the reason why the last poll of a connection's routes returned none; null if it returned routes, or if there
 * was no poll yet.
 */
function findUnreadReason(sources: readonly SourceStatus[], gateway: string, connection: string): string | null {
  const source = sources.find(
    ({ scope, subresource, poll: { kind, lastStartedAt } }) =>
      scope === gateway && kind === 'learned' && lastStartedAt !== null && subresource.endsWith(`/${connection}`),
  )
  const outcome = source?.poll.lastOutcome ?? 'ok'
  return outcome === 'ok' || outcome === 'incomplete' ? null : formatPollOutcome(outcome)
}

function findNetwork({ name, config }: ResourceView, { byKey }: Facts): HubToEncode['networks'][number] {
  const connection = decodeResourceConfig(armTypes.hubNetworkConnection, config)
  const { networkKey, tableKey } = connection
  const network = networkKey === null ? undefined : byKey.get(networkKey)
  return {
    name,
    ...connection,
    networkId: network?.id ?? null,
    networkName: network?.name ?? parseArmId(networkKey ?? '')?.name ?? 'a network that ARM does not name',
    routeTable: tableKey === null ? null : (byKey.get(tableKey)?.name ?? parseArmId(tableKey)?.name ?? null),
    unapplied: formatUnappliedConfiguration(`the connection ${name}`, connection),
  }
}
