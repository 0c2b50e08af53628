import type { PagedAsyncIterableIterator } from '@azure/arm-network'
import {
  type ArmId,
  normalizeArmId,
  armTypes,
  type HubConfig,
  parseArmId,
  type ResourceRow,
  getSubscriptionId,
  hasMetroLocationName,
} from '#lib/contract/index.ts'
import type { ArmClient } from '../../call/arm.ts'
import { classifyRequestError } from '../../call/classify-failure.ts'
import { fetchPagedRows } from '../../call/paging.ts'
import { sendThroughSdk } from '../../call/send-request.ts'
import { hasUserVpnGateway } from '../../config/hub.ts'
import { decodeResourceConfig } from '../../config/index.ts'
import { parseResponseBody, decodeRowsWithSchema, requireBodyObject } from '../../decode/decode.ts'
import { armTextSchema } from '../../decode/fields.ts'
import { isJsonObject, type ExactJson } from '../../decode/json.ts'
import { createArmRowSchema, getArmMember } from '../../decode/members.ts'
import type { UnreadRowCounter } from '../../decode/unread-row-counter.ts'
import { removeDuplicates } from '../../sort-keys.ts'
import { fetchMaintenanceConfigs, fetchServiceHealthEvents } from './announced-work.ts'
import type { ResourceListRequest, OptionalResourceList } from './optional-list.ts'
import { fetchOtherEdgeResources } from './other-edge.ts'
import { isResourceGone } from './request-by-id.ts'
import { z } from 'zod'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'

/**
 * Interval in milliseconds between two reads of the service providers. Their offers change rarely, and the response,
 * which contains all providers, is about 100 kB.
 */
const AGAIN_MS = 6 * MS_PER_HOUR
/** Interval in milliseconds until the service providers are read again after the list failed. */
const REFUSED_MS = MS_PER_DAY

/**
 * Lists the providers of the subscription's circuits, with the bandwidths that they offer. Returns null if it is too
 * early to read the list again.
 */
async function serviceProviders(
  { call, arm, providers, resources, id: { subscriptionId }, atPace }: ResourceListRequest,
  unread: UnreadRowCounter,
): Promise<ExactJson[] | null> {
  const wanted = new Set(
    resources.flatMap(({ config }) => decodeResourceConfig(armTypes.circuit, config).provider?.toLowerCase() ?? []),
  )
  if (wanted.size === 0) return []
  const names = JSON.stringify([...wanted].toSorted())
  const moment = () => ({ now: call.monotonic(), version: names })
  if (providers.find(providers, subscriptionId, moment())) return null
  try {
    const rows = await atPace(() => fetchPagedRows(call, () => arm.network.expressRouteServiceProviders.list()))
    const own = decodeRowsWithSchema(provider, rows, 'value', unread).filter(({ name }) =>
      wanted.has(name.toLowerCase()),
    )
    providers.store(providers, subscriptionId, true, { ...moment(), maxAgeMs: AGAIN_MS })
    return own.map((one) => named(subscriptionId, one))
  } catch (error) {
    // after any error, the list of service providers is requested again only when REFUSED_MS has passed
    providers.store(providers, subscriptionId, true, { ...moment(), maxAgeMs: REFUSED_MS })
    throw error
  }
}

/**
 * Schema of a service provider. `properties` is decoded only for providers of the subscription's circuits. Source:
 * Azure Network REST, ExpressRouteServiceProvider.
 */
const provider = createArmRowSchema({ name: armTextSchema, properties: z.custom<ExactJson>(() => true).optional() })

/**
 * Returns a provider with an ID of its own. ARM returns the same ID, without a name, for all providers:
 * `/subscriptions//resourceGroups//providers/.../`.
 */
function named(subscriptionId: string, { name, properties }: z.output<typeof provider>): ExactJson {
  const place = `/subscriptions/${subscriptionId}/providers/Microsoft.Network/expressRouteServiceProviders`
  const id = `${place}/${encodeURIComponent(name)}`
  if (!isJsonObject(properties)) return { id, name, properties: properties ?? null }
  const places = getArmMember(properties, 'peeringLocations')
  // the full list of locations is long and changes often, so only metro locations (pairs of two locations) are kept
  const metros = Array.isArray(places)
    ? places.filter((one) => typeof one === 'string' && hasMetroLocationName(one))
    : []
  const bandwidthsOffered = getArmMember(properties, 'bandwidthsOffered') ?? []
  return { id, name, properties: { bandwidthsOffered, ...(metros.length > 0 && { peeringLocations: metros }) } }
}

type Pager = PagedAsyncIterableIterator<unknown>
type KeysOf = (resource: ResourceRow) => readonly string[] | string | null

const publicAddressKeys: KeysOf = ({ type, config }) => {
  const gateway = decodeResourceConfig(type, config)
  return gateway?.resource === 'gateway' ? gateway.publicAddressKeys : null
}
const gatewayRouteTableKey: KeysOf = ({ type, config }) => {
  const network = decodeResourceConfig(type, config)
  return network?.resource === 'network' ? (network.gatewayRouteTableKey ?? null) : null
}
const siteKeys: KeysOf = ({ type, config }) => {
  const gateway = decodeResourceConfig(type, config)
  return gateway?.resource === 'gateway' ? gateway.hubConnections.flatMap(({ siteKey }) => siteKey ?? []) : null
}

/** All optional lists. ARM lists some types only for one resource group or for one hub at a time. */
export const optionalLists: readonly OptionalResourceList[] = [
  {
    // optional, because many clouds and regions do not support this type yet
    type: armTypes.lag,
    rows: ({ call, arm: { network }, atPace }) =>
      atPace(() => fetchPagedRows(call, () => network.expressRouteLags.list())),
  },
  { type: armTypes.connectionMonitor, rows: connectionMonitors },
  { type: armTypes.networkInterface, rows: chosenInterfaces },
  {
    // a local network gateway is the remote end of a VPN connection
    type: armTypes.localNetworkGateway,
    of: armTypes.connection,
    rows: besideKeys(
      ({ config }) => decodeResourceConfig(armTypes.connection, config).deviceKey ?? null,
      ({ network }, group) => network.localNetworkGateways.list(group),
    ),
  },
  {
    // user-defined routes change the path of traffic from on-premises
    type: armTypes.routeTable,
    of: armTypes.virtualNetwork,
    rows: besideKeys(gatewayRouteTableKey, ({ network }, group) => network.routeTables.list(group)),
  },
  { type: armTypes.networkConnectivity, of: armTypes.virtualNetwork, rows: effectiveConnectivity },
  { type: armTypes.publicAddress, of: armTypes.virtualNetworkGateway, rows: publicAddresses },
  { type: armTypes.serviceProvider, of: armTypes.circuit, rows: serviceProviders },
  {
    // the list contains all VPN sites of the subscription; it is read only if a VPN connection of a hub ends at a site
    type: armTypes.vpnSite,
    of: armTypes.vpnGateway,
    rows: async (asked) =>
      ownKeys(asked, siteKeys).length === 0
        ? []
        : asked.atPace(() => fetchPagedRows(asked.call, () => asked.arm.network.vpnSites.list())),
  },
  {
    // the list contains all user VPN gateways of the subscription; it is read only if a hub names such a gateway
    type: armTypes.userVpnGateway,
    of: armTypes.virtualHub,
    rows: async (asked) =>
      asked.resources.some(({ config }) => hasUserVpnGateway(config))
        ? asked.atPace(() => fetchPagedRows(asked.call, () => asked.arm.network.p2SVpnGateways.list()))
        : [],
  },
  {
    // the resource of the hub itself contains its BGP connections, but not their addresses
    type: armTypes.hubBgpConnection,
    of: armTypes.virtualHub,
    rows: insideHubs(({ network }, group, hub) => network.virtualHubBgpConnections.list(group, hub)),
  },
  {
    // a Route Server belongs to a single network, so it is skipped
    type: armTypes.hubNetworkConnection,
    of: armTypes.virtualHub,
    rows: insideHubs(
      ({ network }, group, hub) => network.hubVirtualNetworkConnections.list(group, hub),
      isOfVirtualWan,
    ),
  },
  {
    type: armTypes.hubRouteTable,
    of: armTypes.virtualHub,
    rows: insideHubs(({ network }, group, hub) => network.hubRouteTables.list(group, hub), isOfVirtualWan),
  },
  {
    type: armTypes.hubRoutingIntent,
    of: armTypes.virtualHub,
    rows: insideHubs(({ network }, group, hub) => network.routingIntentOperations.list(group, hub), isOfVirtualWan),
  },
  {
    type: armTypes.hubRouteMap,
    of: armTypes.virtualHub,
    rows: routeMaps,
  },
  {
    // the list contains all Virtual WANs of the subscription; it is read only if a hub belongs to a Virtual WAN
    type: armTypes.virtualWan,
    of: armTypes.virtualHub,
    rows: async (asked) =>
      asked.resources.some(isOfVirtualWan)
        ? asked.atPace(() => fetchPagedRows(asked.call, () => asked.arm.network.virtualWans.list()))
        : [],
  },
  { type: armTypes.otherEdgeResource, of: armTypes.circuit, rows: fetchOtherEdgeResources },
  { type: armTypes.serviceHealthEvent, rows: fetchServiceHealthEvents },
  { type: armTypes.maintenanceConfiguration, of: armTypes.virtualNetworkGateway, rows: fetchMaintenanceConfigs },
]

/**
 * Returns the normalized ARM IDs of the resources to which the given resources refer, if they are in the same
 * subscription.
 */
const ownKeys = ({ resources, id }: ResourceListRequest, keysOf: KeysOf): string[] =>
  resources
    .flatMap((one) => keysOf(one) ?? [])
    .filter((key) => getSubscriptionId(key) === id.subscriptionId.toLowerCase())

/** Lists resources only in resource groups that contain a referenced resource. Most groups contain none. */
function besideKeys(keysOf: KeysOf, list: (arm: ArmClient, group: string) => Pager) {
  return async (asked: ResourceListRequest): Promise<ExactJson[]> => {
    const keys = ownKeys(asked, keysOf)
    const groups = new Set(keys.flatMap((key) => parseArmId(key)?.resourceGroup ?? []))
    const lists = [...groups].map((group) =>
      asked.inGroup(group, () => fetchPagedRows(asked.call, () => list(asked.arm, group))),
    )
    return (await Promise.all(lists)).flat()
  }
}

/**
 * Maximum number of networks for which this list is read. It needs a request for each network. If there are more
 * networks, the list is skipped completely, because from a partial list nobody can tell whether a resource is gone.
 */
const MAX_NETWORKS = 100

/**
 * Lists the Network Manager configurations that apply to networks with gateways. ARM has no list of them, so each
 * network needs a request. If the first request fails, the others are not sent.
 */
async function effectiveConnectivity({
  call,
  arm,
  resources,
  atPace,
}: ResourceListRequest): Promise<ExactJson[] | null> {
  const networks = resources.filter(({ type, config }) => {
    const network = decodeResourceConfig(type, config)
    return network?.resource === 'network' && network.gatewayPrefixes.length > 0
  })
  const read = ({ resourceId, name, resourceGroup }: ResourceRow) =>
    atPace(async () => {
      const ask = () => arm.network.listNetworkManagerEffectiveConnectivityConfigurations(resourceGroup ?? '', name, {})
      const properties = requireBodyObject(parseResponseBody(await sendThroughSdk(call, ask)))
      return [{ id: `${resourceId}/effectiveConnectivityConfigurations/default`, name, properties }]
    })
  const [first, ...others] = networks
  if (networks.length > MAX_NETWORKS) return null
  if (!first) return []
  return [...(await read(first)), ...(await Promise.all(others.map(read))).flat()]
}

/**
 * Lists the public IP addresses of gateways, which show the availability zones of the gateways. Addresses that no
 * gateway uses are left out.
 */
async function publicAddresses(asked: ResourceListRequest): Promise<ExactJson[]> {
  const own = new Set(ownKeys(asked, publicAddressKeys))
  const rows = await besideKeys(publicAddressKeys, ({ network }, group) => network.publicIPAddresses.list(group))(asked)
  return rows.filter((row) => {
    const resourceId = isJsonObject(row) ? getArmMember(row, 'id') : null
    return typeof resourceId !== 'string' || parseArmId(resourceId) === null || own.has(normalizeArmId(resourceId))
  })
}

/**
 * Lists the route maps of hubs and Route Servers with their rules. The resource of a hub names its route maps without
 * their rules. A Route Server may have route maps that its resource does not name, so its list is always read; if Azure
 * refuses the list of such a Route Server, the lists of all others are still complete.
 */
async function routeMaps({ call, arm: { network }, resources, atPace }: ResourceListRequest): Promise<ExactJson[]> {
  const lists = resources.map(async (hub) => {
    const isNamed = namedRouteMaps(hub).length > 0
    if (!isNamed && isOfVirtualWan(hub)) return []
    const { resourceGroup, name } = hub
    try {
      return await atPace(() => fetchPagedRows(call, () => network.routeMaps.list(resourceGroup ?? '', name)))
    } catch (error) {
      const { httpStatus } = classifyRequestError(error, call).error
      if (!isNamed && httpStatus !== null && NOT_OFFERED.has(httpStatus)) return []
      throw error
    }
  })
  return (await Promise.all(lists)).flat()
}

/** HTTP statuses with which Azure refuses a list that a resource does not have. */
const NOT_OFFERED: ReadonlySet<number> = new Set([400, 404, 405, 501])

function namedRouteMaps({ type, config }: ResourceRow): readonly string[] {
  const hub = decodeResourceConfig(type, config)
  if (hub?.resource === 'gateway') return hub.routeMaps ?? []
  return hub?.resource === 'network' ? (hub.hub?.routeMaps ?? []) : []
}

function insideHubs(
  list: (arm: ArmClient, group: string, hub: string) => Pager,
  isAsked?: (hub: ResourceRow) => boolean,
) {
  return async ({ call, arm, resources, atPace }: ResourceListRequest): Promise<ExactJson[]> => {
    const hubs = isAsked ? resources.filter(isAsked) : resources
    const lists = hubs
      .flatMap(({ resourceId }) => parseArmId(resourceId) ?? [])
      .map(({ resourceGroup, name }) => atPace(() => fetchPagedRows(call, () => list(arm, resourceGroup ?? '', name))))
    return (await Promise.all(lists)).flat()
  }
}

function isOfVirtualWan(hub: ResourceRow): boolean {
  return hubOf(hub) !== null
}

function hubOf({ type, config }: ResourceRow): HubConfig | null {
  const hub = decodeResourceConfig(type, config)
  return hub?.resource === 'network' ? hub.hub : null
}

/**
 * Lists the connection monitors of a subscription. ARM lists them for each network watcher, and there is one watcher
 * per region.
 */
async function connectionMonitors(
  { call, arm: { network }, atPace }: ResourceListRequest,
  unread: UnreadRowCounter,
): Promise<ExactJson[]> {
  const watchers = await atPace(() => fetchPagedRows(call, () => network.networkWatchers.listAll()))
  const lists = decodeRowsWithSchema(createArmRowSchema({ id: armTextSchema }), watchers, 'value', unread)
    .flatMap(({ id }) => parseArmId(id) ?? [])
    .map(({ resourceGroup, name }) =>
      atPace(() => fetchPagedRows(call, () => network.connectionMonitors.list(resourceGroup ?? '', name))),
    )
  return (await Promise.all(lists)).flat()
}

/**
 * Lists the network interfaces that operators chose. Each interface is requested separately, because the complete list
 * would contain thousands of other interfaces. Returns null if the parameter `interfaces` is absent.
 */
async function chosenInterfaces({ call, arm, params, id, inGroup }: ResourceListRequest): Promise<ExactJson[] | null> {
  if (params.interfaces === undefined) return null
  const own = params.interfaces.filter((key) => getSubscriptionId(key) === id.subscriptionId.toLowerCase())
  const get = async ({ resourceGroup, name }: ArmId) => [
    requireBodyObject(
      parseResponseBody(
        await sendThroughSdk(call, async () => arm.network.networkInterfaces.get(resourceGroup ?? '', name)),
      ),
    ),
  ]
  const found = removeDuplicates(own, normalizeArmId)
    .flatMap((key) => parseArmId(key) ?? [])
    .map((one) =>
      inGroup(one.resourceGroup ?? '', () => get(one)).catch((error: unknown) => {
        const { outcome, error: said } = classifyRequestError(error, call)
        if (outcome === 'not_found' && isResourceGone(said)) return []
        throw error
      }),
    )
  return (await Promise.all(found)).flat()
}
