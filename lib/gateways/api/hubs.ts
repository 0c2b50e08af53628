import { z } from 'zod'
import { limitUseSchema } from '#lib/contract/index.ts'
import { byteCountSchema, instantCodec } from '#lib/contract/api/codecs.ts'
import { tunnelSchema } from './tunnels.ts'
import { azureResourceFields, settingsField } from '#lib/contract/api/azure-resource.ts'
import {
  connectionDetailsSchema,
  hubRouterDetailsSchema,
  routeMapDetailsSchema,
} from '#lib/contract/api/shared-facts.ts'
import { connectionTrafficSchema } from '#lib/usage/api/connection-traffic.ts'

export const routingPreferences = ['expressRoute', 'vpn', 'asPath'] as const

/** Number of routes of a BGP peer in the table of one instance of the hub's router. */
const instanceRoutes = z.object({
  instance: z.string().describe('name of the instance in Azure: `RouteServiceRole_IN_0`'),
  routes: z.number().int(),
})

/** Data about a BGP peer of a hub or Route Server. */
export const hubPeerDetailsSchema = z.object({
  address: z.string().nullable(),
  asn: z.number().nullable(),
  asnReservedBy: z.string().nullable().describe('organization that reserves the ASN; null = a peer may use it'),
  state: z
    .enum(['up', 'down', 'unknown'])
    .describe(
      "state from Azure's status of the BGP connection; it is one status for both instances, and not the state of a BGP session",
    ),
  azureStatus: z.string().nullable().describe("status in Azure's own words"),
  learned: z.array(instanceRoutes).nullable().describe('routes that the peer announced; null = not polled yet'),
  advertised: z
    .array(instanceRoutes)
    .nullable()
    .describe('routes that were announced to the peer; null = not polled yet'),
})
export type HubPeerDetails = z.infer<typeof hubPeerDetailsSchema>

const hubStates = ['healthy', 'changing', 'failed', 'unknown'] as const

/**
 * A link of a hub's VPN connection. Its name has the form `connection/link`. A connection without separate links has a
 * single entry with the name of the connection.
 */
const hubLink = tunnelSchema.extend({
  siteLink: z.string().nullable().describe('name of the link in the VPN site'),
  bgp: z.boolean().nullable(),
})
export type HubLink = z.infer<typeof hubLink>

/** A connection of a hub gateway to a circuit or to a VPN site. */
const hubConnection = z.object({
  name: z.string(),
  circuitId: z
    .string()
    .nullable()
    .describe('null = connection of a VPN gateway, or in a subscription that Peerwatch does not see'),
  circuitName: z.string().nullable(),
  site: z.string().nullable().describe('name of the VPN site'),
  siteDevices: z
    .array(
      z.object({
        link: z.string().nullable().describe('link of the site at which the device is; null = the site has one device'),
        asn: z.number(),
        asnReservedBy: z.string().nullable().describe('organization that reserves the ASN; null = a device may use it'),
      }),
    )
    .nullable()
    .describe('devices of the VPN site with BGP; null = no VPN connection, or the site is not polled'),
  ...connectionDetailsSchema.shape,
  provisioningState: z.string().nullable().describe('provisioning state in ARM'),
  state: z
    .enum(['up', 'down', 'unknown'])
    .nullable()
    .describe(
      'state of a VPN connection from its links: up = at least one link is up; null = ExpressRoute, for which Azure reports no state',
    ),
  links: z.array(hubLink).describe('links of a VPN connection'),
  table: z
    .string()
    .nullable()
    .describe('subresource of its inbound routes, which are the table `learned` of the gateway'),
  prefixes: z
    .number()
    .nullable()
    .describe('number of prefixes that it announces to the hub; null = not polled yet, or not recently'),
  unread: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'reason why the last poll read no routes of it, for example `Azure gives no routes for this connection`; null = it read them',
    ),
  azCommand: z.string().nullable().describe('Azure CLI command that shows its routes; null = there is no such command'),
  traffic: connectionTrafficSchema
    .nullable()
    .optional()
    .describe(
      'traffic from Azure Monitor, which has bytes but no rates for a VPN connection; null = no data under the name of this connection; absent in lists',
    ),
})
export type HubConnection = z.infer<typeof hubConnection>

/** Fields of each gateway of a hub. */
const gatewayInHub = {
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  scaleUnits: z.number().nullable(),
  provisioningState: z.string().nullable(),
}

const hubGateway = z.object({
  ...gatewayInHub,
  kind: z.enum(['expressRoute', 'vpn']),
  connections: z.array(hubConnection),
})
export type HubGateway = z.infer<typeof hubGateway>

/** Newest values of Azure Monitor about user VPN (point-to-site). They are some minutes old. */
const userVpnMetricValues = z.object({
  at: instantCodec.describe('start of the oldest interval on which the values are based'),
  connections: z
    .number()
    .nullable()
    .describe(
      'connections of devices in a minute, over all protocols and instances; null = Azure reported none recently',
    ),
  byProtocol: z
    .array(z.object({ protocol: z.string().describe('in Azure’s words: `OpenVPN`'), connections: z.number() }))
    .default([])
    .describe('`connections` by protocol; empty = Azure reported none recently, or an older snapshot'),
  bitsPerSecond: z.number().nullable().describe('rate of all instances, bit/s; null = not reported recently'),
  routes: z
    .number()
    .nullable()
    .describe('user routes that the instance with the most routes learned; null = not reported recently'),
})

/** User VPN (point-to-site) of a hub or of a VPN gateway. */
export const userVpnSchema = z.object({
  addressPools: z.array(z.string()).describe('prefixes from which it gives addresses to the devices of users'),
  metrics: userVpnMetricValues
    .nullable()
    .default(null)
    .describe('values of Azure Monitor, minutes old; null = none was reported recently, or an older snapshot'),
})

/** A user VPN gateway (point-to-site) of a hub. Azure reports its users as a number, and Peerwatch stores no addresses. */
const hubUserVpnGateway = z.object({
  ...gatewayInHub,
  ...userVpnSchema.shape,
  clients: z.number().int().nullable().describe('connected devices; null = unknown, for the reason in `unread`'),
  addresses: z.number().int().nullable().describe('addresses that are given to devices; null = unknown'),
  bytesIn: byteCountSchema.nullable().describe('bytes to Azure as Azure counts them; null = unknown'),
  bytesOut: byteCountSchema.nullable(),
  unread: z.string().nullable().describe('reason why the number of devices is unknown; null = it is known'),
})
export type HubUserVpnGateway = z.infer<typeof hubUserVpnGateway>

/** A BGP peer of a hub, such as a network appliance. Its tables are in `/routes` with its ID as scope. */
const hubBgpConnection = z.object({
  id: z.string(),
  name: z.string(),
  ...hubPeerDetailsSchema.shape,
  networkConnection: z.string().nullable().describe('name of the connection whose network contains the peer'),
  provisioningState: z.string().nullable(),
})
export type HubBgpConnection = z.infer<typeof hubBgpConnection>

const hubRouteTable = z.object({
  scope: z
    .string()
    .describe(
      'resource that `tables` belongs to: the hub for its default route table, otherwise a resource inside the hub',
    ),
  name: z.string(),
  isDefault: z.boolean(),
  labels: z.array(z.string()),
  staticRoutes: z.number().int().nullable().describe('null = not listed'),
  unapplied: z
    .string()
    .nullable()
    .describe('reason why its effect is uncertain; null = it has effect, or is not listed'),
  associated: z.number().int().nullable().describe('connections that use this table for routing; null = not listed'),
  propagating: z
    .number()
    .int()
    .nullable()
    .describe('connections that propagate their routes to this table; null = not listed'),
  provisioningState: z.string().nullable(),
  prefixes: z
    .number()
    .int()
    .nullable()
    .describe('number of prefixes in its effective routes; null = not polled yet, or not recently'),
})
export type HubRouteTable = z.infer<typeof hubRouteTable>

const hubNetworkConnection = z.object({
  name: z.string(),
  networkId: z.string().nullable().describe('null = in a subscription that Peerwatch does not see'),
  networkName: z.string(),
  routeTable: z
    .string()
    .nullable()
    .optional()
    .describe("name of the hub's route table that routes the network; null = not reported; absent in older snapshots"),
  provisioningState: z.string().nullable(),
  internetSecurity: z.boolean().nullable().describe('whether a default route of the hub applies to it'),
  unapplied: z.string().nullable().describe('reason why its effect is uncertain; null = it has effect'),
})

/** Traffic that a hub sends to a firewall or appliance in the hub. */
const hubPolicy = z.object({
  traffic: z.enum(['internet', 'private']),
  prefixes: z.array(z.string()).describe('prefixes of this traffic'),
  firewall: z.string().describe('name of the firewall, or of the appliance in the hub'),
  firewallId: z.string().describe('its ARM id'),
  unapplied: z.string().nullable().describe('reason why its effect is uncertain; null = it has effect'),
})

/** A route map. It changes or drops routes of a hub's connections. Its rules are in `settings`. */
const hubRouteMap = z.object({
  name: z.string(),
  ...routeMapDetailsSchema.shape,
  unapplied: z
    .string()
    .nullable()
    .describe('reason why its effect is uncertain; null = it has effect, or is not polled'),
})

/** A Virtual WAN hub, or a Route Server. */
export const hubSchema = z.object({
  ...azureResourceFields,
  kind: z.enum(['hub', 'routeServer']),
  wan: z.string().nullable().describe('null = a Route Server'),
  addressPrefixes: z.array(z.string()),
  asn: z.number().nullable(),
  routerAddresses: z.array(z.string()).describe('addresses of the instances of its router'),
  routingPreference: z.enum(routingPreferences),
  ...hubRouterDetailsSchema.shape,
  state: z
    .enum(hubStates)
    .describe(
      'state of the resource, because Azure reports no sessions of a hub. unknown = its routes were not polled recently',
    ),
  reason: z.string().nullable(),
  effectivePrefixes: z
    .number()
    .nullable()
    .describe('number of prefixes in its default route table; null = not polled recently, or a Route Server'),
  routeTables: z.array(hubRouteTable).describe('the default route table first; empty for a Route Server'),
  policies: z
    .array(hubPolicy)
    .nullable()
    .describe(
      'traffic that it sends to a firewall, from its routing intent or its default route table; null = neither is polled',
    ),
  routeMaps: z.array(hubRouteMap),
  router: z
    .object({
      units: z.int(),
      machines: z.int().describe('number of virtual machines in its networks for which the units are sufficient'),
      inUse: z.int().nullable().default(null).describe('units in use from Azure Monitor; null = no recent value'),
    })
    .nullable()
    .describe('minimum units of its router; null = not reported'),
  limits: z.array(limitUseSchema).describe('use of its limits by its connections; empty = unknown'),
  gateways: z.array(hubGateway),
  userVpnGateways: z.array(hubUserVpnGateway).default([]),
  networks: z.array(hubNetworkConnection),
  bgpConnections: z.array(hubBgpConnection),
  settings: settingsField,
})
export type Hub = z.infer<typeof hubSchema>
export type HubToEncode = z.input<typeof hubSchema>
