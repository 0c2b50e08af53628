/**
 * Hubs of Virtual WANs with their gateways, connections and BGP peers, and their diagnostic route tables, in ARM's
 * format.
 */
import { z } from 'zod'
import {
  defaultHubRoutes,
  effectiveHubRoutes,
  type HubHop,
  type HubRoute,
  inboundHubRoutes,
  isHubConnectionUp,
  listHubRouteMaps,
  prefixesToFirewall,
} from '../hub-routes.ts'
import type { VirtualHubSpec } from '../schema.ts'
import {
  type ArmOperationContext,
  createResourceEtag,
  gatewayId,
  HUB_GATEWAY_TYPES,
  getHubOfRequestPath,
  createResourceNotFoundError,
  createRequestScopeFilter,
  resourceId,
} from './context.ts'
import { formatDashedAsPath } from './gateway-tables.ts'
import { hostedConnectionIds, hostedExpressRouteBody, listGatewaysHostedInHub } from './hosted-gateways.ts'
import {
  DEFAULT_TABLE,
  buildDefaultRouteTableArmId,
  createHubChildResourceFields,
  hubId,
  NETWORK_PROVIDER_NAME,
  createHubChildResourceReference,
  createConnectionRoutingConfig,
  buildHubRouteTableArmId,
} from './hub-parts.ts'
import { ArmError } from './message.ts'
import {
  createRouteTablePerInstance,
  listRouteServers,
  peerAdvertisedRoutes,
  peerLearnedRoutes,
  routeServerBody,
  findRouteServerOfRequestPath,
  routeServerMaps,
  routeServerPeers,
} from './route-server.ts'
import { CachedResponseBody } from './steady.ts'

/** Returns the reference of a hub to its gateway of one kind; null = it has none. */
function gatewayReference(
  c: ArmOperationContext,
  hub: VirtualHubSpec,
  kind: keyof typeof HUB_GATEWAY_TYPES,
  own: string | undefined,
) {
  const [hosted] = listGatewaysHostedInHub(c, hub, kind)
  return hosted
    ? { id: gatewayId(c.world, hosted.gateway) }
    : createHubChildResourceReference(c, hub, HUB_GATEWAY_TYPES[kind], own)
}

const routeMapsOf = (c: ArmOperationContext, hub: VirtualHubSpec): VirtualHubSpec['routeMaps'] => {
  const domain = c.world.topology.domainOfHub.get(hub.name)
  return domain ? listHubRouteMaps(c.world.state(domain, c.at), hub) : hub.routeMaps
}

function hubBody(c: ArmOperationContext, hub: VirtualHubSpec) {
  return {
    ...createHubChildResourceFields(c, hub, 'virtualHubs', hub.name, hub.tags),
    properties: {
      provisioningState: hub.provisioningState,
      virtualWan: createHubChildResourceReference(c, hub, 'virtualWans', hub.wan),
      addressPrefix: hub.addressPrefix,
      sku: 'Standard',
      routingState: 'Provisioned',
      virtualRouterAsn: hub.asn,
      virtualRouterIps: hub.routers,
      // this field is for Route Servers; for hubs the Virtual WAN decides whether branches reach each other
      allowBranchToBranchTraffic: false,
      preferredRoutingGateway: 'ExpressRoute',
      hubRoutingPreference: hub.preference,
      virtualRouterAutoScaleConfiguration: { minCapacity: hub.routerUnits },
      expressRouteGateway: gatewayReference(c, hub, 'ExpressRoute', hub.expressRoute?.name),
      vpnGateway: gatewayReference(c, hub, 'Vpn', hub.vpn?.name),
      p2SVpnGateway: createHubChildResourceReference(c, hub, 'p2sVpnGateways', hub.userVpn?.name),
      azureFirewall: createHubChildResourceReference(c, hub, 'azureFirewalls', hub.firewall?.name),
      routeMaps: routeMapsOf(c, hub).map(({ name }) => ({ id: `${hubId(c, hub)}/routeMaps/${name}` })),
      bgpConnections: hub.bgp.map(({ name }) => ({ id: `${hubId(c, hub)}/bgpConnections/${name}` })),
    },
  }
}

export const listHubsInRequestScope = (c: ArmOperationContext): VirtualHubSpec[] =>
  c.world.scenario.hubs.filter(createRequestScopeFilter(c))

/** Answers VirtualHubs_List. Route Servers are listed as hubs that belong to no Virtual WAN. */
export const listHubs = (c: ArmOperationContext) => [
  ...listHubsInRequestScope(c).map((hub) => hubBody(c, hub)),
  ...listRouteServers(c),
]

export function getHub(c: ArmOperationContext) {
  const server = findRouteServerOfRequestPath(c)
  return server ? routeServerBody(c, server) : hubBody(c, getHubOfRequestPath(c).spec)
}

/** Answers VirtualWans_List. */
export function listVirtualWans(c: ArmOperationContext) {
  const byName = new Map(listHubsInRequestScope(c).map((hub) => [hub.wan, hub]))
  return [...byName].map(([wan, hub]) => ({
    ...createHubChildResourceFields(c, hub, 'virtualWans', wan),
    properties: {
      provisioningState: 'Succeeded',
      disableVpnEncryption: false,
      virtualHubs: listHubsInRequestScope(c).flatMap((one) => (one.wan === wan ? [{ id: hubId(c, one) }] : [])),
      allowBranchToBranchTraffic: hub.branchToBranch,
      office365LocalBreakoutCategory: 'None',
      type: 'Standard',
    },
  }))
}

/** Answers RoutingIntent_List. A hub has at most one, with any name. */
export function listRoutingIntents(c: ArmOperationContext) {
  if (findRouteServerOfRequestPath(c)) return []
  const { spec } = getHubOfRequestPath(c)
  const { firewall } = spec
  if (!firewall || firewall.policies.length === 0) return []
  const name = `${spec.name}_RoutingIntent`
  return [
    {
      name,
      id: `${hubId(c, spec)}/routingIntent/${name}`,
      etag: createResourceEtag(c.world, name),
      type: `${NETWORK_PROVIDER_NAME}/virtualHubs/routingIntent`,
      properties: {
        provisioningState: 'Succeeded',
        routingPolicies: firewall.policies.map((destination) => ({
          name: destination === 'Internet' ? 'PublicTraffic' : 'PrivateTraffic',
          destinations: [destination],
          nextHop: createHubChildResourceReference(c, spec, 'azureFirewalls', firewall.name)?.id,
        })),
      },
    },
  ]
}

/** Answers RouteMaps_List. */
export function listRouteMaps(c: ArmOperationContext) {
  const server = findRouteServerOfRequestPath(c)
  if (server) return routeServerMaps(c, server)
  const { spec, domain } = getHubOfRequestPath(c)
  const ids = new Map(connectionsById(c, spec).map(([id, name]) => [name, id]))
  return listHubRouteMaps(c.world.state(domain, c.at), spec).map(({ name, inbound, drops }) => ({
    name,
    id: `${hubId(c, spec)}/routeMaps/${name}`,
    etag: createResourceEtag(c.world, name),
    type: `${NETWORK_PROVIDER_NAME}/virtualHubs/routeMaps`,
    properties: {
      provisioningState: 'Succeeded',
      associatedInboundConnections: inbound.flatMap((one) => ids.get(one) ?? []),
      associatedOutboundConnections: [],
      rules: [
        {
          name: 'drop',
          // a rule without a condition matches all routes
          matchCriteria:
            drops.length === 0 ? [] : [{ matchCondition: 'Equals', routePrefix: drops, community: [], asPath: [] }],
          actions: [{ type: 'Drop', parameters: [] }],
          nextStepIfMatched: 'Terminate',
        },
      ],
    },
  }))
}

/** Answers VirtualHubBgpConnections_List. */
export function listHubBgpConnections(c: ArmOperationContext) {
  const server = findRouteServerOfRequestPath(c)
  if (server) return routeServerPeers(c, server)
  const { spec, domain } = getHubOfRequestPath(c)
  const state = c.world.state(domain, c.at)
  return spec.bgp.map(({ name, address, asn, connection }) => ({
    name,
    id: `${hubId(c, spec)}/bgpConnections/${name}`,
    etag: createResourceEtag(c.world, name),
    properties: {
      connectionState: isHubConnectionUp(state, spec, name) ? 'Connected' : 'NotConnected',
      hubVirtualNetworkConnection: { id: `${hubId(c, spec)}/hubVirtualNetworkConnections/${connection}` },
      peerAsn: asn,
      peerIp: address,
      provisioningState: 'Succeeded',
    },
  }))
}

/** Answers HubRouteTables_List. Every hub has a default table, and a table without routes. */
export function listHubRouteTables(c: ArmOperationContext) {
  if (findRouteServerOfRequestPath(c)) return []
  const { spec } = getHubOfRequestPath(c)
  // an appliance uses the route table of the network that contains it
  const ids = new Map(connectionsById(c, { ...spec, bgp: [] }).map(([id, name]) => [name, id]))
  const all = [...ids.keys()]
  const idsOf = (names: readonly string[]) => names.flatMap((name) => ids.get(name) ?? [])
  const routed = new Set(spec.routeTables.flatMap(({ associated }) => associated))
  const isPrivate = spec.firewall?.policies.includes('PrivateTraffic') ?? false
  const table = (
    name: string,
    labels: readonly string[],
    associated: readonly string[],
    from: readonly string[],
    routes: readonly object[] = [],
  ) => ({
    name,
    id: buildHubRouteTableArmId(c, spec, name),
    etag: createResourceEtag(c.world, name),
    type: `${NETWORK_PROVIDER_NAME}/virtualHubs/hubRouteTables`,
    properties: {
      provisioningState: 'Succeeded',
      routes,
      labels,
      associatedConnections: idsOf(associated),
      propagatingConnections: idsOf(from),
    },
  })
  return [
    table(
      DEFAULT_TABLE,
      ['default'],
      all.filter((name) => !routed.has(name)),
      isPrivate ? [] : all,
      policyRoutes(c, spec),
    ),
    table('noneRouteTable', ['none'], [], []),
    ...spec.routeTables.map(({ name, labels, associated, from }) => table(name, labels, associated, from)),
  ]
}

/**
 * Returns the routes that routing intent writes into the default table. Source: "How to configure Virtual WAN Hub
 * routing policies".
 */
function policyRoutes(c: ArmOperationContext, hub: VirtualHubSpec): object[] {
  const groups = Map.groupBy(prefixesToFirewall(hub), (prefix) => {
    if (prefix === '0.0.0.0/0') return '_policy_PublicTraffic'
    return hub.firewall?.prefixes.includes(prefix) ? 'private_traffic' : '_policy_PrivateTraffic'
  })
  const route = (name: string, destinations: readonly string[], nextHop: string | undefined) => ({
    name,
    destinationType: 'CIDR',
    destinations,
    nextHopType: 'ResourceId',
    nextHop,
  })
  const firewall = createHubChildResourceReference(c, hub, 'azureFirewalls', hub.firewall?.name)?.id
  return [
    ...[...groups].map(([name, destinations]) => route(name, destinations, firewall)),
    ...hub.staticRoutes.map(({ name, prefix, connection }) =>
      route(name, [prefix], `${hubId(c, hub)}/hubVirtualNetworkConnections/${connection}`),
    ),
  ]
}

/** Answers HubVirtualNetworkConnections_List. */
export function listHubNetworkConnections(c: ArmOperationContext) {
  if (findRouteServerOfRequestPath(c)) return []
  const { spec } = getHubOfRequestPath(c)
  return spec.vnets.map(({ name, vnet }) => ({
    name,
    id: `${hubId(c, spec)}/hubVirtualNetworkConnections/${name}`,
    etag: createResourceEtag(c.world, name),
    properties: {
      provisioningState: 'Succeeded',
      remoteVirtualNetwork: {
        id: resourceId(c.world, c.world.topology.vnets.get(vnet)?.group ?? '', 'virtualNetworks', vnet),
      },
      enableInternetSecurity: true,
      routingConfiguration: createConnectionRoutingConfig(c, spec, name),
    },
  }))
}

/** Answers ExpressRouteGateways_ListBySubscription, including connections. */
export function listHubExpressRouteGateways(c: ArmOperationContext) {
  return listHubsInRequestScope(c).flatMap((hub): object[] => {
    const { expressRoute } = hub
    if (!expressRoute)
      return listGatewaysHostedInHub(c, hub, 'ExpressRoute').map((hosted) => hostedExpressRouteBody(c, hub, hosted))
    const own = createHubChildResourceFields(c, hub, 'expressRouteGateways', expressRoute.name, hub.tags)
    return [
      {
        ...own,
        properties: {
          provisioningState: 'Succeeded',
          allowNonVirtualWanTraffic: false,
          autoScaleConfiguration: { bounds: { min: expressRoute.scaleUnits } },
          virtualHub: { id: hubId(c, hub) },
          expressRouteConnections: expressRoute.connections.map(({ name, circuit, weight, fastPath }) => {
            const group = c.world.scenario.circuits.find((one) => one.name === circuit)?.group ?? ''
            const peering = `${resourceId(c.world, group, 'expressRouteCircuits', circuit)}/peerings/AzurePrivatePeering`
            return {
              name,
              id: `${own.id}/expressRouteConnections/${name}`,
              properties: {
                provisioningState: 'Succeeded',
                expressRouteCircuitPeering: { id: peering },
                routingWeight: weight,
                enableInternetSecurity: true,
                enablePrivateLinkFastPath: false,
                expressRouteGatewayBypass: fastPath,
                routingConfiguration: createConnectionRoutingConfig(c, hub, name),
              },
            }
          }),
        },
      },
    ]
  })
}

const HOP_WORDS: Readonly<Record<HubHop, string>> = {
  network: 'Virtual Network Connection',
  expressRoute: 'ExpressRouteGateway',
  vpn: 'VPN_S2S_Gateway',
  bgp: 'HubBgpConnection',
  firewall: 'Azure Firewall',
}

/** Returns the next hop of a hub's route: a gateway, or the connection itself. */
function hopOf(c: ArmOperationContext, hub: VirtualHubSpec, { hop, connection }: HubRoute): string {
  switch (hop) {
    case 'network':
      return `${hubId(c, hub)}/hubVirtualNetworkConnections/${connection}`
    case 'bgp':
      return `${hubId(c, hub)}/bgpConnections/${connection}`
    case 'expressRoute':
      return gatewayReference(c, hub, 'ExpressRoute', hub.expressRoute?.name)?.id ?? ''
    case 'vpn':
      return gatewayReference(c, hub, 'Vpn', hub.vpn?.name)?.id ?? ''
    case 'firewall':
      return resourceId(c.world, hub.group, 'azureFirewalls', hub.firewall?.name ?? '')
  }
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

function questionIn<Shape extends z.ZodRawShape>(c: ArmOperationContext, shape: Shape) {
  const given: unknown = c.body === '' ? {} : JSON.parse(c.body)
  const read = z.object(shape).safeParse(given)
  if (!read.success) throw new ArmError(400, 'InvalidRequestFormat', 'Cannot parse the request.')
  return read.data
}

/** Answers VirtualHubs_GetEffectiveVirtualHubRoutes for a route table. */
export function hubEffectiveRoutes(c: ArmOperationContext) {
  const { spec, domain } = getHubOfRequestPath(c)
  const asked = questionIn(c, { resourceId: z.string(), virtualWanResourceType: z.literal('RouteTable') })
  const isDefault = same(asked.resourceId, buildDefaultRouteTableArmId(c, spec))
  const table = spec.routeTables.find(({ name }) => same(asked.resourceId, buildHubRouteTableArmId(c, spec, name)))
  if (!isDefault && !table)
    throw new ArmError(404, 'ResourceNotFound', `The route table '${asked.resourceId}' was not found.`)
  const state = c.world.state(domain, c.at)
  return new CachedResponseBody(state, `hub-effective/${spec.name}/${table?.name ?? ''}`, () => ({
    value: (table ? effectiveHubRoutes(state, spec, table.from) : defaultHubRoutes(state, spec)).map((route) => ({
      addressPrefixes: [route.prefix.text],
      nextHops: [hopOf(c, spec, route)],
      nextHopType: HOP_WORDS[route.hop],
      routeOrigin: hopOf(c, spec, route),
      asPath: formatDashedAsPath(route.path),
    })),
  }))
}

/** Answers VirtualHubs_GetInboundRoutes: the routes of one connection. */
export function hubInboundRoutes(c: ArmOperationContext) {
  const { spec, domain } = getHubOfRequestPath(c)
  const { resourceUri } = questionIn(c, { resourceUri: z.string(), connectionType: z.string() })
  const connection = connectionsById(c, spec).find(([id]) => same(id, resourceUri))?.[1]
  if (connection === undefined)
    throw new ArmError(404, 'ResourceNotFound', `The connection '${resourceUri}' was not found.`)
  const state = c.world.state(domain, c.at)
  const { expressRoute, vpn } = spec
  const { noRoutes } =
    [...(expressRoute?.connections ?? []), ...(vpn?.connections ?? [])].find(({ name }) => name === connection) ?? {}
  if (noRoutes === '404') throw new ArmError(404, 'NotFound', `There is no route data for '${connection}'.`)
  if (noRoutes === 'null') return null
  if (noRoutes === 'empty') return { value: [] }
  return new CachedResponseBody(state, `hub-inbound/${spec.name}/${connection}`, () => ({
    value: inboundHubRoutes(state, spec)
      .filter((route) => route.connection === connection)
      .map(({ prefix, path }) => ({ prefix: prefix.text, asPath: formatDashedAsPath(path), bgpCommunities: '' })),
  }))
}

function connectionsById(c: ArmOperationContext, hub: VirtualHubSpec): [id: string, name: string][] {
  const { expressRoute, vpn, vnets, bgp } = hub
  const of = (parent: string, list: readonly { name: string }[] = []): [string, string][] =>
    list.map(({ name }) => [`${parent}/${name}`, name])
  const gateway = (type: string, name = '') => resourceId(c.world, hub.group, type, name)
  return [
    ...of(`${gateway('expressRouteGateways', expressRoute?.name)}/expressRouteConnections`, expressRoute?.connections),
    ...of(`${gateway('vpnGateways', vpn?.name)}/vpnConnections`, vpn?.connections),
    ...hostedConnectionIds(c, hub),
    ...of(`${hubId(c, hub)}/hubVirtualNetworkConnections`, vnets),
    ...of(`${hubId(c, hub)}/bgpConnections`, bgp),
  ]
}

function hubPeerOf(c: ArmOperationContext) {
  const { spec, domain } = getHubOfRequestPath(c)
  const wanted = c.params.peer ?? ''
  const peer = spec.bgp.find(({ name }) => same(name, wanted))
  if (!peer)
    throw createResourceNotFoundError(`virtualHubs/${c.params.name}/bgpConnections`, wanted, c.params.group ?? '')
  return { spec, peer, state: c.world.state(domain, c.at) }
}

/** Answers VirtualHubBgpConnections_ListLearnedRoutes for a peer of a Route Server or of a hub. */
export function hubPeerLearned(c: ArmOperationContext) {
  if (findRouteServerOfRequestPath(c)) return peerLearnedRoutes(c)
  const { spec, peer, state } = hubPeerOf(c)
  return createRouteTablePerInstance(spec.routers, isHubConnectionUp(state, spec, peer.name), () =>
    inboundHubRoutes(state, spec)
      .filter(({ connection }) => connection === peer.name)
      .map(({ prefix, path }) => ({
        network: prefix.text,
        nextHop: peer.address,
        sourcePeer: peer.address,
        origin: 'EBgp',
        asPath: formatDashedAsPath(path),
        weight: 32768,
      })),
  )
}

/**
 * Answers VirtualHubBgpConnections_ListAdvertisedRoutes for a peer of a Route Server or of a hub: the routes that its
 * hub has from all other connections.
 */
export function hubPeerAdvertised(c: ArmOperationContext) {
  if (findRouteServerOfRequestPath(c)) return peerAdvertisedRoutes(c)
  const { spec, peer, state } = hubPeerOf(c)
  return createRouteTablePerInstance(spec.routers, isHubConnectionUp(state, spec, peer.name), (address) =>
    effectiveHubRoutes(state, spec)
      .filter(({ connection }) => connection !== peer.name)
      .map(({ prefix, path }) => ({
        network: prefix.text,
        nextHop: address,
        sourcePeer: address,
        origin: 'Igp',
        asPath: formatDashedAsPath([spec.asn, ...path]),
        weight: 0,
      })),
  )
}
