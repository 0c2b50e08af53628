import { z } from 'zod'
import { limitUse } from '#lib/contract/index.ts'
import { tunnel } from './tunnels.ts'
import { azureResource, settingsField } from '#lib/contract/api/azure-resource.ts'
import { connectionFacts, hubRouterFacts, routeMapFacts } from '#lib/contract/api/shared-facts.ts'
import { connectionTraffic } from '#lib/usage/api/connection-traffic.ts'

export const routingPreferences = ['expressRoute', 'vpn', 'asPath'] as const

/** Number of routes of a BGP peer in the table of one instance of the hub's router. */
const instanceRoutes = z.object({
  instance: z.string().describe('as Azure names it: `RouteServiceRole_IN_0`'),
  routes: z.number().int(),
})

/** Data about a BGP peer of a hub or Route Server. */
export const hubPeerFacts = z.object({
  address: z.string().nullable(),
  asn: z.number().nullable(),
  asnReservedBy: z.string().nullable().describe('who reserves the ASN; null = a peer may use it'),
  state: z
    .enum(['up', 'down', 'unknown'])
    .describe('by Azure’s word for its BGP connection, which is one for both instances and no state of a BGP session'),
  azureStatus: z.string().nullable().describe('Azure’s own word'),
  learned: z.array(instanceRoutes).nullable().describe('what it announced; null = not read yet'),
  advertised: z.array(instanceRoutes).nullable().describe('what was announced to it; null = not read yet'),
})
export type HubPeerFacts = z.infer<typeof hubPeerFacts>

const hubStates = ['healthy', 'changing', 'failed', 'unknown'] as const

/**
 * A link of a hub's VPN connection, with the name `connection/link`. A connection without separate links has one entry
 * with its own name.
 */
const hubLink = tunnel.extend({
  siteLink: z.string().nullable().describe('of the VPN site'),
  bgp: z.boolean().nullable(),
})
export type HubLink = z.infer<typeof hubLink>

/** A connection of a hub gateway to a circuit or to a VPN site. */
const hubConnection = z.object({
  name: z.string(),
  circuitId: z
    .string()
    .nullable()
    .describe('null = of a VPN gateway, or in a subscription that Peerwatch does not see'),
  circuitName: z.string().nullable(),
  site: z.string().nullable().describe('VPN site'),
  siteDevices: z
    .array(
      z.object({
        link: z.string().nullable().describe('of the site that it is at; null = the site has one device'),
        asn: z.number(),
        asnReservedBy: z.string().nullable().describe('who reserves the ASN; null = a device may use it'),
      }),
    )
    .nullable()
    .describe('devices of the VPN site that speak BGP; null = no VPN connection, or the site is not read'),
  ...connectionFacts.shape,
  provisioningState: z.string().nullable().describe('ARM’s word'),
  state: z
    .enum(['up', 'down', 'unknown'])
    .nullable()
    .describe('of a VPN connection by its links: up = one is; null = ExpressRoute, of which Azure reports none'),
  links: z.array(hubLink).describe('of a VPN connection'),
  table: z
    .string()
    .nullable()
    .describe('subresource of its inbound routes, which are the table `learned` of the gateway'),
  prefixes: z.number().nullable().describe('that it brings to the hub; null = not read yet, or not lately'),
  azCommand: z.string().nullable().describe('which shows now what Azure has of it; null = the CLI has none'),
  traffic: connectionTraffic
    .nullable()
    .optional()
    .describe(
      'by Azure Monitor, which has bytes of a VPN connection and no rates; null = it has nothing by the name of this connection; absent in lists',
    ),
})
export type HubConnection = z.infer<typeof hubConnection>

const hubGateway = z.object({
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  kind: z.enum(['expressRoute', 'vpn']),
  scaleUnits: z.number().nullable(),
  provisioningState: z.string().nullable(),
  connections: z.array(hubConnection),
})
export type HubGateway = z.infer<typeof hubGateway>

/** A BGP peer of a hub, such as a network appliance. Its tables are in `/routes` with its ID as scope. */
const hubBgpConnection = z.object({
  id: z.string(),
  name: z.string(),
  ...hubPeerFacts.shape,
  networkConnection: z.string().nullable().describe('name of the connection whose network the peer stands in'),
  provisioningState: z.string().nullable(),
})
export type HubBgpConnection = z.infer<typeof hubBgpConnection>

const hubRouteTable = z.object({
  scope: z
    .string()
    .describe('whose table `tables` it is: of the hub itself the default one, of a resource inside it another one'),
  name: z.string(),
  isDefault: z.boolean(),
  labels: z.array(z.string()),
  staticRoutes: z.number().int().nullable().describe('null = not listed'),
  unapplied: z
    .string()
    .nullable()
    .describe('why it is not known to have effect; null = it has effect, or is not listed'),
  associated: z.number().int().nullable().describe('connections that are routed by it; null = not listed'),
  propagating: z.number().int().nullable().describe('connections that send their routes to it; null = not listed'),
  provisioningState: z.string().nullable(),
  prefixes: z.number().int().nullable().describe('of its effective routes; null = not read yet, or not lately'),
})
export type HubRouteTable = z.infer<typeof hubRouteTable>

const hubNetworkConnection = z.object({
  name: z.string(),
  networkId: z.string().nullable().describe('null = in a subscription that Peerwatch does not see'),
  networkName: z.string(),
  provisioningState: z.string().nullable(),
  internetSecurity: z.boolean().nullable().describe('whether a default route of the hub reaches it'),
  unapplied: z.string().nullable().describe('why it is not known to have effect; null = it has effect'),
})

/** Traffic that a hub sends to a firewall or appliance in the hub. */
const hubPolicy = z.object({
  traffic: z.enum(['internet', 'private']),
  prefixes: z.array(z.string()).describe('what counts as that traffic'),
  firewall: z.string().describe('name of the firewall, or of the appliance in the hub'),
  firewallId: z.string().describe('its ARM id'),
  unapplied: z.string().nullable().describe('why it is not known to have effect; null = it has effect'),
})

/** A route map. It changes or drops routes of a hub's connections. Its rules are in `settings`. */
const hubRouteMap = z.object({
  name: z.string(),
  ...routeMapFacts.shape,
  unapplied: z.string().nullable().describe('why it is not known to have effect; null = it has effect, or is not read'),
})

/** A Virtual WAN hub, or a Route Server. */
export const hub = z.object({
  ...azureResource,
  kind: z.enum(['hub', 'routeServer']),
  wan: z.string().nullable().describe('null = a Route Server'),
  addressPrefixes: z.array(z.string()),
  asn: z.number().nullable(),
  routerAddresses: z.array(z.string()).describe('of the instances of its router'),
  routingPreference: z.enum(routingPreferences),
  ...hubRouterFacts.shape,
  state: z
    .enum(hubStates)
    .describe('of the resource: Azure reports no sessions of a hub. unknown = its routes were not read lately'),
  reason: z.string().nullable(),
  effectivePrefixes: z
    .number()
    .nullable()
    .describe('in its default route table; null = not read lately, or a Route Server'),
  routeTables: z.array(hubRouteTable).describe('the default one first; none of a Route Server'),
  policies: z
    .array(hubPolicy)
    .nullable()
    .describe('what it sends to a firewall, by its routing intent or its default table; null = neither is read'),
  routeMaps: z.array(hubRouteMap),
  router: z
    .object({
      units: z.int(),
      machines: z.int().describe('in its networks, that these are for'),
      inUse: z.int().nullable().default(null).describe('units by Azure Monitor; null = not reported lately'),
    })
    .nullable()
    .describe('units that its router has at least; null = not stated'),
  limits: z.array(limitUse).describe('what its connections use of its limits; empty = not known'),
  gateways: z.array(hubGateway),
  networks: z.array(hubNetworkConnection),
  bgpConnections: z.array(hubBgpConnection),
  settings: settingsField,
})
export type Hub = z.infer<typeof hub>
export type StoredHub = z.input<typeof hub>
