/**
 * Schema of the scenario file with its resources. Happenings are in `happening.ts`. docs/simulator.md explains how to
 * play a scenario.
 */
import { z } from 'zod'
import { happeningSchema } from './happening.ts'
import { trafficDemandCurveSchema } from './traffic.ts'
import {
  addressText,
  armName,
  asnSchema,
  asPath,
  durationTextSchema,
  scenarioTimeTextSchema,
  pathName,
  peeringType,
  prefixSet,
  prefixText,
} from './vocabulary.ts'

const placed = {
  name: armName,
  /**
   * Resource group. It determines the subscription of the resource, and also its location unless `location` is given.
   */
  group: armName,
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
  provisioningState: z.string().default('Succeeded'),
}

const subscription = z.strictObject({
  id: z.guid(),
  name: z.string().min(1),
  tenant: z.guid(),
  groups: z.array(z.strictObject({ name: armName, location: z.string(), tags: placed.tags })).min(1),
})

export const circuitPeeringSchema = z.strictObject({
  type: peeringType.default('AzurePrivatePeering'),
  vlan: z.int().min(1).max(4094),
  peerAsn: asnSchema,
  primary: prefixText,
  secondary: prefixText,
  state: z.enum(['Enabled', 'Disabled']).default('Enabled'),
  /**
   * Provisioning state that ARM reports for the last change. While the peering is being deleted, `state` does not
   * change.
   */
  provisioningState: z.string().default('Succeeded'),
  ports: z.strictObject({ primary: z.string(), secondary: z.string() }).default({ primary: '', secondary: '' }),
  ipv6: z.strictObject({ primary: prefixText, secondary: prefixText }).optional(),
  /**
   * The customer's router on each path. All paths that end on one router show one MAC address. By default each path has
   * its own router.
   */
  routers: z.strictObject({ primary: z.string(), secondary: z.string() }).partial().default({}),
  microsoft: z
    .strictObject({
      advertised: z.array(prefixText),
      advertisedState: z.enum(['NotConfigured', 'Configuring', 'Configured', 'ValidationNeeded']).default('Configured'),
      customerAsn: z.int().min(0).default(0),
      registry: z.string().default('NONE'),
      routeFilter: armName.optional(),
      /** Prefixes that Microsoft announces through the peering. */
      received: z.array(prefixSet).default([]),
    })
    .optional(),
})

/** An ExpressRoute Direct port or LAG. */
export const scenarioPortSchema = z.strictObject({
  ...placed,
  peeringLocation: z.string(),
  gbps: z.int().positive(),
  router: z.string(),
  macsec: z.boolean().default(false),
  /** If present, the resource is a LAG; `members` and `minActive` are counts for each of its two links. */
  lag: z
    .strictObject({
      members: z.int().positive(),
      minActive: z.int().positive(),
      timer: z.enum(['Fast', 'Slow']).default('Fast'),
    })
    .optional(),
  /** Links (`link1`) and members of links (`link1/member2`) that are administratively disabled. */
  disabled: z.array(z.string()).default([]),
})

export const scenarioCircuitSchema = z.strictObject({
  ...placed,
  /** Absent or null = the circuit is on an ExpressRoute Direct port or LAG. */
  provider: z.preprocess((name) => name ?? undefined, z.string().optional()),
  peeringLocation: z.string(),
  /** ARM's value; absent = ARM reports none. */
  resiliencyLevel: z.enum(['Standard', 'High', 'Maximum']).optional(),
  connectivity: z.enum(['exchange', 'telco', 'direct']),
  bandwidthMbps: z.int().positive(),
  tier: z.enum(['Standard', 'Premium', 'Basic', 'Local']).default('Standard'),
  family: z.enum(['MeteredData', 'UnlimitedData']).default('MeteredData'),
  serviceKey: z.guid().optional(),
  stag: z.int().nullable().default(null),
  circuitState: z.string().default('Enabled'),
  providerState: z.string().default('Provisioned'),
  globalReach: z.boolean().default(false),
  /** Number of routes of FastPath on its connections. */
  fastPathRoutes: z.int().min(0).default(0),
  port: armName.optional(),
  /**
   * `cisco` prints `*` after the best next hop, an origin letter with blanks after the path, and ages as `00:12:31`.
   * `plain` prints none of these, and ages as `12m31s` or `12:31`, in one of the two forms for each edge router.
   */
  router: z.enum(['cisco', 'plain']).default('plain'),
  /** Whether the ARP table contains Microsoft's own row, which some hardware omits. */
  arpShowsMicrosoft: z.boolean().default(true),
  peerings: z.array(circuitPeeringSchema).max(2),
  /** Value of the byte counters at the time at which counting begins. */
  counterBase: z.string().regex(/^\d+$/, 'expected decimal digits').default('0'),
})

/** User VPN (point-to-site) of a gateway. */
const userVpnFields = {
  /** IPv4 prefix from which devices of users get their addresses */
  pool: prefixText,
  /** maximum number of connected devices */
  clients: z.int().min(0).default(0),
  /** Traffic from users to Azure in Mbit/s. The traffic from Azure to users is four times as much. */
  mbps: z.number().min(0).default(0),
}

export const scenarioGatewaySchema = z.strictObject({
  ...placed,
  kind: z.enum(['ExpressRoute', 'Vpn']),
  sku: z.string(),
  /** The gateway's network; for a gateway in a hub, a network whose prefixes the gateway announces. */
  vnet: armName,
  /** The hub of a Virtual WAN in which the gateway is, in place of a virtual network. */
  hub: armName.optional(),
  activeActive: z.boolean().default(true),
  asn: asnSchema.default(65515),
  /** Type of the gateway; only for VPN gateways. */
  vpnType: z.enum(['RouteBased', 'PolicyBased']).default('RouteBased'),
  enableBgp: z.boolean().default(true),
  /** Its user VPN (point-to-site); only for VPN gateways. */
  userVpn: z.strictObject(userVpnFields).optional(),
  /** ARM reports the text `Regional` in place of a list of the gateway's zones. */
  regional: z.boolean().default(false),
  /** Zones of the gateway's public addresses; empty = ARM reports none. */
  zones: z.array(z.string()).default(['1', '2', '3']),
  /** SKU of the gateway's public addresses. */
  addressSku: z.enum(['Standard', 'Basic']).default('Standard'),
  /** `Disabled` = the gateway is prepared for a migration and waits for the other gateway. */
  adminState: z.enum(['Enabled', 'Disabled']).default('Enabled'),
  /** Minimum scale units of ErGwScale; `scaleUnitsMost` is the maximum if it scales by load. */
  scaleUnits: z.int().min(1).max(40).optional(),
  scaleUnitsMost: z.int().min(2).max(40).optional(),
  /** A maintenance configuration in the gateway's group that is assigned to it, with its window in ARM's format. */
  maintenance: z
    .strictObject({
      name: armName,
      start: z.string(),
      duration: z.string(),
      timeZone: z.string(),
      recurEvery: z.string(),
    })
    .optional(),
  /**
   * Failover tests of the gateway's peering locations that Azure ran. They appear in Azure's results and in the log,
   * but the simulator does not withdraw routes for them.
   */
  siteTests: z
    .array(
      z.strictObject({
        location: z.string(),
        at: scenarioTimeTextSchema,
        for: durationTextSchema,
        /** How the test ends. `expired` = Azure ends the test because no user entered a result. */
        ends: z.enum(['completed', 'expired']).default('completed'),
      }),
    )
    .default([]),
  instances: z
    .array(
      z.strictObject({
        address: addressText,
        /**
         * Sessions inside Azure. If `connected` is false, the session was never up: its state is always Connecting, and
         * its duration is null.
         */
        internal: z.array(z.strictObject({ neighbor: addressText, connected: z.boolean() })).default([]),
      }),
    )
    .min(1),
})

export const scenarioConnectionSchema = z.strictObject({
  ...placed,
  gateway: armName,
  weight: z.int().min(0).max(32_000).default(0),
  fastPath: z.boolean().default(false),
  /** ExpressRoute: the circuit, and the MSEEs' addresses as this gateway sees them. */
  circuit: armName.optional(),
  neighbors: z.strictObject({ primary: addressText, secondary: addressText }).optional(),
  neighbors6: z.strictObject({ primary: addressText, secondary: addressText }).optional(),
  /** VPN: the on-premises device. */
  device: z
    .strictObject({
      name: armName,
      address: addressText,
      asn: asnSchema,
      publicAddress: addressText,
      /**
       * Addresses in 169.254.0.0/16, one for each instance, that the gateway uses for BGP with the device in place of
       * its own addresses.
       */
      gatewayBgp: z.array(addressText).default([]),
      /** Without BGP the gateway has static routes to the site's prefixes, and reports no session. */
      bgp: z.boolean().default(true),
      /** IKE and IPsec parameters agreed with the device; by default Azure's own choice. */
      ipsec: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    })
    .optional(),
})

export const vnetPeering = z.strictObject({
  name: armName,
  remote: armName,
  state: z.enum(['Initiated', 'Connected', 'Disconnected']).default('Connected'),
  sync: z.string().default('FullyInSync'),
  gatewayTransit: z.boolean().default(false),
  useRemoteGateways: z.boolean().default(false),
  forwarded: z.boolean().default(true),
  /** Only for subnet peering: the subnets of both networks that are peered. */
  subnets: z.strictObject({ local: z.array(armName).min(1), remote: z.array(armName).min(1) }).optional(),
})

export const vnetSchema = z.strictObject({
  ...placed,
  addressSpace: z.array(prefixText).min(1),
  /**
   * Prefixes that the network's gateways announce in place of the network's address space, and of spokes that these
   * prefixes cover.
   */
  advertised: z.array(prefixText).default([]),
  encryption: z.enum(['AllowUnencrypted', 'DropUnencrypted']).optional(),
  subnets: z
    .array(
      z.strictObject({
        name: armName,
        prefix: prefixText,
        privateEndpoints: z.array(armName).default([]),
        privateEndpointPolicies: z
          .enum(['Disabled', 'Enabled', 'NetworkSecurityGroupEnabled', 'RouteTableEnabled'])
          .default('Disabled'),
        /** user-defined routes, in the group of the VNet */
        routeTable: z
          .strictObject({
            name: armName,
            propagatesBgp: z.boolean().default(true),
            routes: z.array(
              z.strictObject({
                name: armName,
                prefix: prefixText,
                type: z.enum([
                  'VirtualAppliance',
                  'VirtualApplianceEcmp',
                  'VirtualNetworkGateway',
                  'VnetLocal',
                  'Internet',
                  'None',
                ]),
                nextHop: addressText.optional(),
                /** appliances that share the traffic, for `VirtualApplianceEcmp` */
                nextHops: z.array(addressText).min(2).max(64).optional(),
              }),
            ),
          })
          .optional(),
      }),
    )
    .default([]),
  /** Connectivity configurations of a network manager that make it part of a mesh, by name. */
  meshes: z.array(z.strictObject({ name: armName, isGlobal: z.boolean().default(false) })).default([]),
  /**
   * Peerings on this side. The other side is listed in its own VNet, because the two sides of a peering can differ in
   * Azure.
   */
  peerings: z.array(vnetPeering).default([]),
})

/** A network interface of a virtual machine, in the group of its network. */
export const networkInterface = z.strictObject({
  name: armName,
  vnet: armName,
  subnet: armName,
  address: addressText,
  /** The virtual machine; without one the interface is not attached. */
  machine: armName.optional(),
})

export const routeFilter = z.strictObject({
  ...placed,
  rules: z.array(z.strictObject({ name: armName, communities: z.array(z.string()) })),
})

/** A Route Server with its BGP peers, for example network appliances. */
export const routeServer = z.strictObject({
  ...placed,
  vnet: armName,
  asn: asnSchema.default(65515),
  /** addresses of the two instances of the Route Server, in RouteServerSubnet */
  addresses: z.array(addressText).length(2),
  branchToBranch: z.boolean().default(false),
  preference: z.enum(['ExpressRoute', 'VpnGateway', 'ASPath']).default('ExpressRoute'),
  /** Route maps that are attached to its peers; their effect on routes is not simulated. */
  routeMaps: z.array(z.strictObject({ name: armName, inbound: z.array(armName).default([]) })).default([]),
  peers: z
    .array(
      z.strictObject({
        name: armName,
        address: addressText,
        asn: asnSchema,
        prefixes: z.array(prefixSet).default([]),
      }),
    )
    .default([]),
})

/** Global Reach between private peering of two circuits, created on the first. */
export const globalReach = z.strictObject({
  name: armName,
  circuit: armName,
  peer: armName,
  /** a /29, and a /125 for IPv6 */
  prefix: prefixText,
  prefix6: prefixText.optional(),
  /**
   * Traffic of the Global Reach connection as a share of the traffic that the circuit and its peer carry out of Azure.
   */
  share: z.number().min(0).max(1).default(0.05),
})

/**
 * Azure's answer for a connection of a hub of which Azure gives no routes, although it has routes; absent = Azure gives
 * them.
 */
const noRoutes = z.enum(['null', 'empty', '404']).optional()

/** Route map of a hub that drops inbound routes of connections; `drops` empty = all of them. */
export const hubRouteMapSchema = z.strictObject({
  name: armName,
  inbound: z.array(armName).default([]),
  drops: z.array(prefixText),
})

/**
 * The hub of a Virtual WAN with its gateways. Circuits bring it the routes of the sites that announce them there. The
 * traffic of its connections is visible only in metrics, because the circuits' byte counters contain only traffic of
 * their other gateways.
 */
export const scenarioHubSchema = z.strictObject({
  ...placed,
  wan: armName,
  addressPrefix: prefixText,
  asn: asnSchema.default(65515),
  /** addresses of the instances of the hub's router */
  routers: z.array(addressText).length(2),
  preference: z.enum(['ExpressRoute', 'VpnGateway', 'ASPath']).default('ExpressRoute'),
  /**
   * Whether branches can reach each other. This is a setting of the Virtual WAN, so that all its hubs must have the
   * same value.
   */
  branchToBranch: z.boolean().default(true),
  /** Minimum number of routing units of the hub's router. */
  routerUnits: z.int().min(2).max(50).default(2),
  /**
   * Traffic in Mbit/s between the hub's networks and from neighboring hubs. It is forwarded by the hub's router, or by
   * the firewall if there is one.
   */
  routedMbps: z.number().min(0).default(0),
  /** An Azure Firewall in the hub, and the traffic that the hub's routing intent sends there. */
  firewall: z
    .strictObject({
      name: armName,
      policies: z.array(z.enum(['Internet', 'PrivateTraffic'])).default(['Internet', 'PrivateTraffic']),
      /** Private prefixes in addition to RFC 1918, as a static route of the default table. */
      prefixes: z.array(prefixText).default([]),
    })
    .optional(),
  /** Static routes of the default table, each to an appliance in a connected network. */
  staticRoutes: z.array(z.strictObject({ name: armName, prefix: prefixText, connection: armName })).default([]),
  /** Route maps that drop routes of connections. */
  routeMaps: z.array(hubRouteMapSchema).default([]),
  vnets: z.array(z.strictObject({ name: armName, vnet: armName })).default([]),
  expressRoute: z
    .strictObject({
      name: armName,
      scaleUnits: z.int().min(1).default(1),
      connections: z
        .array(
          z.strictObject({
            name: armName,
            circuit: armName,
            weight: z.int().min(0).max(32_000).default(0),
            fastPath: z.boolean().default(false),
            /** Traffic of the connection as a share of the circuit's traffic. */
            share: z.number().min(0).max(1).default(0),
            noRoutes,
          }),
        )
        .default([]),
    })
    .optional(),
  vpn: z
    .strictObject({
      name: armName,
      scaleUnits: z.int().min(1).default(1),
      connections: z
        .array(
          z.strictObject({
            name: armName,
            site: armName,
            asn: asnSchema,
            publicAddress: addressText,
            /** prefixes that the VPN site announces */
            prefixes: z.array(prefixSet).default([]),
            /** Number of additional times that the VPN site's ASN is in the AS path. */
            prepend: z.int().min(0).max(30).default(0),
            /** Traffic of the connection's tunnels in each direction, Mbit/s. */
            mbps: z.number().min(0).default(0),
            noRoutes,
          }),
        )
        .default([]),
    })
    .optional(),
  /** Its user VPN gateway (point-to-site). */
  userVpn: z.strictObject({ name: armName, scaleUnits: z.int().min(1).default(1), ...userVpnFields }).optional(),
  /** Network appliances in connected networks. */
  bgp: z
    .array(
      z.strictObject({
        name: armName,
        address: addressText,
        asn: asnSchema,
        /** name of the network's connection */
        connection: armName,
        prefixes: z.array(prefixSet).default([]),
      }),
    )
    .default([]),
  /** Route tables in addition to the default table, which has the routes of every connection. */
  routeTables: z
    .array(
      z.strictObject({
        name: armName,
        labels: z.array(z.string()).default([]),
        /**
         * connections that propagate their routes to the table; `associated` are connections that use the table for
         * routing
         */
        from: z.array(armName).default([]),
        associated: z.array(armName).default([]),
      }),
    )
    .default([]),
})

const announcement = z.strictObject({
  /**
   * Name of the circuit over which the prefixes are announced, on both paths unless `path` is given; `connection` names
   * a VPN connection instead.
   */
  circuit: armName.optional(),
  peering: peeringType.default('AzurePrivatePeering'),
  path: pathName.optional(),
  connection: armName.optional(),
  /** By default all prefixes of the site. */
  prefixes: z.array(prefixSet).optional(),
  prepend: z.int().min(0).max(30).default(0),
  /**
   * The whole AS path as the Microsoft edge receives it. By default it is the peering's ASN, repeated `prepend` more
   * times.
   */
  asPath: asPath.optional(),
})

const site = z.strictObject({
  name: armName,
  prefixes: z.array(prefixSet).min(1),
  announces: z.array(announcement).min(1),
  /**
   * Links over which the routers of the site send traffic to Azure. The routers use the links with the highest weight
   * among the links that have a route.
   */
  egress: z
    .array(
      z.strictObject({
        circuit: armName.optional(),
        /** Path of the circuit that the traffic uses; absent = both paths. */
        path: pathName.optional(),
        connection: armName.optional(),
        weight: z.int().default(0),
      }),
    )
    .min(1),
})

const demand = z.strictObject({
  name: armName,
  site: armName,
  /** Traffic to Azure (`in`) and from Azure (`out`). */
  in: trafficDemandCurveSchema,
  out: trafficDemandCurveSchema,
  /**
   * Prefixes of the site to which the traffic is sent evenly; by default the first prefix of each of the site's sets.
   */
  prefixes: z.array(prefixText).optional(),
  /**
   * Name of a circuit whose Microsoft peering carries the traffic. By default, the private peering to the VNets carries
   * it.
   */
  microsoftPeeringOf: armName.optional(),
})

/** A connection monitor, whose probes in a VNet test on-premises endpoints. */
const monitor = z.strictObject({
  ...placed,
  tests: z
    .array(
      z.strictObject({
        /** Name of the tested endpoint. */
        name: armName,
        vnet: armName,
        /** The probe's own address. */
        source: addressText,
        site: armName,
        destination: addressText,
      }),
    )
    .min(1),
})

const lroStyle = z.enum(['location', 'azure-async', 'both', 'inline'])

const protocolSchema = z.strictObject({
  pageSize: z.int().min(1).default(2),
  lro: z
    .strictObject({
      gateway: lroStyle.default('location'),
      circuit: lroStyle.default('location'),
      min: durationTextSchema.default('200ms'),
      max: durationTextSchema.default('800ms'),
      /** Seconds in the Retry-After of each 202; by default there is none. */
      retryAfter: z.int().min(0).optional(),
    })
    .prefault({}),
  rateLimitHeaders: z.boolean().default(false),
})

export const scenarioSchema = z.strictObject({
  name: armName,
  description: z.string().default(''),
  /** Zero of the timeline, unless the command line gives one; by default the time of the start. */
  origin: z.iso.datetime({ offset: true }).optional(),
  /** Length of the past before the origin. Counters begin there. Azure keeps metrics for 93 days. */
  past: durationTextSchema.default('128d'),
  /**
   * Time at which sessions came up, unless a happening before determines it. If it is absent or after the origin, each
   * session has a different time before the simulated history.
   */
  established: scenarioTimeTextSchema.optional(),
  timers: z
    .strictObject({
      /** Time from a dead link to the end of the session: BFD 300 ms x 3, or the hold timer. */
      bfd: durationTextSchema.default('1s'),
      hold: durationTextSchema.default('180s'),
      /**
       * Time from the repair of a link until the session is up (`reconnect`), and from then until its routes are back
       * at the gateway (`routesAfter`).
       */
      reconnect: durationTextSchema.default('12s'),
      routesAfter: durationTextSchema.default('6s'),
      /** Time from a change at the edge to the gateway. */
      propagation: durationTextSchema.default('2s'),
    })
    .prefault({}),
  protocol: protocolSchema.prefault({}),
  /** Differences of the bill from list prices, and its delay. */
  billing: z
    .strictObject({
      gbBytes: z.union([z.literal(1_000_000_000), z.literal(1_073_741_824)]).default(1_000_000_000),
      discount: z.number().min(0).max(1).default(0),
      /** Days whose records have not arrived yet, in addition to today. */
      lateDays: z.int().min(0).default(1),
    })
    .prefault({}),
  subscriptions: z.array(subscription).min(1),
  vnets: z.array(vnetSchema).default([]),
  interfaces: z.array(networkInterface).default([]),
  gateways: z.array(scenarioGatewaySchema).default([]),
  circuits: z.array(scenarioCircuitSchema).default([]),
  connections: z.array(scenarioConnectionSchema).default([]),
  ports: z.array(scenarioPortSchema).default([]),
  /**
   * Resources of other types, which only Resource Graph lists; `of` = ids of resources to which their properties refer.
   */
  others: z.array(z.strictObject({ ...placed, type: z.string(), of: z.array(z.string()).default([]) })).default([]),
  routeServers: z.array(routeServer).default([]),
  globalReach: z.array(globalReach).default([]),
  routeFilters: z.array(routeFilter).default([]),
  hubs: z.array(scenarioHubSchema).default([]),
  sites: z.array(site).default([]),
  monitors: z.array(monitor).default([]),
  demands: z.array(demand).default([]),
  happenings: z.array(happeningSchema).default([]),
})

export type SimulatorScenario = z.output<typeof scenarioSchema>
export type ScenarioInput = z.input<typeof scenarioSchema>
export type CircuitSpec = SimulatorScenario['circuits'][number]
export type VirtualHubSpec = SimulatorScenario['hubs'][number]
export type ExpressRoutePortSpec = SimulatorScenario['ports'][number]
export type RouteServerSpec = SimulatorScenario['routeServers'][number]
export type GlobalReachSpec = SimulatorScenario['globalReach'][number]
export type PeeringSpec = CircuitSpec['peerings'][number]
export type GatewaySpec = SimulatorScenario['gateways'][number]
export type GatewayConnectionSpec = SimulatorScenario['connections'][number]
export type NetworkInterfaceSpec = SimulatorScenario['interfaces'][number]
export type VnetSpec = SimulatorScenario['vnets'][number]
export type ConnectionMonitorSpec = SimulatorScenario['monitors'][number]
export type CustomerSiteSpec = SimulatorScenario['sites'][number]
export type TrafficDemandSpec = SimulatorScenario['demands'][number]
