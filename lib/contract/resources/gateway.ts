import { z } from 'zod'
import type { HubConnectionConfig } from './hub.ts'
import type { RoutingPreference } from './network.ts'
import { armTypes } from '../arm-types.ts'
import { azureDocumentedValues } from '../facts/facts.ts'

export const gatewayKinds = ['expressRoute', 'vpn', 'vwan', 'routeServer'] as const
export type GatewayKind = (typeof gatewayKinds)[number]
export const gatewaySkuSchema = z.object({
  name: z.string().nullable(),
  tier: z.string().nullable(),
  capacity: z.number().nullable().describe('null: ARM writes 2 on nearly every SKU, which is no size; see scaleUnits'),
})
type GatewaySku = z.infer<typeof gatewaySkuSchema>

/**
 * Reports whether a gateway scales automatically, that is, Azure changes the number of scale units with the load. The
 * number of instances changes too.
 */
export const isAutoscaling = ({ scaleUnits, scaleUnitsMost }: Pick<GatewayConfig, 'scaleUnits' | 'scaleUnitsMost'>) =>
  scaleUnits !== null && scaleUnitsMost !== null && scaleUnitsMost > scaleUnits

/**
 * Reports whether a gateway is a VPN gateway, of a virtual network or of a Virtual WAN hub.
 * @param type ARM resource type, lower case
 * @param kind configured kind; null or absent = unknown
 */
export const isVpnGateway = (type: string, kind: GatewayKind | null | undefined): boolean =>
  kind === 'vpn' || type === armTypes.vpnGateway

/** Regions without ErGwScale. Source: learn.microsoft.com/azure/expressroute/scalable-gateway, as of 2025-11-06. */
const WITHOUT_SCALABLE: ReadonlySet<string> = new Set([
  'belgiumcentral',
  'eastus2',
  'japaneast',
  'qatarcentral',
  'southcentralus',
  'southeastasia',
  'westeurope',
  'westindia',
  'westus2',
])

/**
 * Name of the metric for the scale units that an ErGwScale gateway currently uses. Source: "Supported metrics" of
 * Microsoft.Network/virtualNetworkGateways.
 */
export const SCALE_UNITS_METRIC = 'ScalableExpressRouteGatewayScaleUnit'

/**
 * Names of metrics of an ExpressRoute gateway for which the peak is relevant: the number of virtual machines that use
 * it, and the rate of new flows. For ErGwScale the metric names begin with `Scalable`. Source: "Supported metrics" of
 * Microsoft.Network/virtualNetworkGateways.
 */
export const gatewayPeakMetrics = {
  machines: 'ExpressRouteGatewayNumberOfVmInVnet',
  flowsCreated: 'ExpressRouteGatewayMaxFlowsCreationRate',
} as const

/** Name of the metric for the number of routes that an ExpressRoute gateway advertises to each of its BGP peers. */
export const ADVERTISED_ROUTES_METRIC = 'ExpressRouteGatewayCountOfRoutesAdvertisedToPeer'

/** Reports whether a SKU is ErGwScale, whose limits and price depend on scale units. */
export const isScalableSku = (sku: string | null | undefined): boolean => sku?.toLowerCase() === 'ergwscale'

/** SKUs, in lower case, that always support FastPath. ErGwScale supports it only from a number of scale units on. */
const FASTPATH_SKUS: ReadonlySet<string> = new Set(['ultraperformance', 'ergw3az'])

/**
 * Reports whether a gateway supports FastPath.
 * @param units scale units, which matter only for ErGwScale; null = unknown
 * @returns null = unknown
 */
export function canUseFastPath(sku: string | null, units: number | null): boolean | null {
  if (sku === null) return null
  if (!isScalableSku(sku)) return FASTPATH_SKUS.has(sku.toLowerCase())
  return units === null ? null : units >= azureDocumentedValues.fastpath_scale_units.value
}

/** Returns the form in which region names are compared, because a region is spelled `westeurope` or `West Europe`. */
export const normalizeRegionName = (region: string): string => region.toLowerCase().replace(/\s+/g, '')

/**
 * Returns the SKUs with FastPath in a region, as part of a sentence. Source: "About ExpressRoute FastPath", gateways.
 * @param scalable text for ErGwScale; it is left out in regions that do not offer ErGwScale
 */
export const formatFastPathSkus = (region: string | null, scalable: string): string =>
  region !== null && WITHOUT_SCALABLE.has(normalizeRegionName(region))
    ? 'UltraPerformance or ErGw3AZ'
    : `UltraPerformance, ErGw3AZ or ${scalable}`

/**
 * Sentences for the reasons that a VPN gateway has no BGP. Azure does not offer BGP on SKU Basic and on policy-based
 * gateways. Source: Azure documentation, "VPN Gateway FAQ" (BGP and routing).
 */
export const reasonsForNoBgp = {
  basic: 'SKU Basic offers no BGP.',
  policy_based: 'A policy-based VPN gateway offers no BGP.',
  not_enabled: 'BGP is enabled neither on it nor on a connection of it (enableBgp).',
} as const

/**
 * Returns the reason that a gateway has no BGP; null = it has BGP, or this is unknown. A connection with BGP is
 * sufficient: recorded responses of 2017 and 2018 show its sessions and routes although `enableBgp` of the gateway is
 * false.
 */
export const getReasonWithoutBgp = (
  { withoutBgp }: Pick<GatewayConfig, 'withoutBgp'>,
  hasBgpConnection: boolean,
): GatewayConfig['withoutBgp'] => (withoutBgp === 'not_enabled' && hasBgpConnection ? null : withoutBgp)

/** Public IP address of a gateway. */
export interface PublicAddressConfig {
  resource: 'publicAddress'
  address: string | null
  /** SKU as ARM reports it: `Standard`, or `Basic`, which is retired; null = not reported */
  sku: string | null
  /**
   * availability zones of the address. A single zone means that the address does not survive the loss of that zone.
   * Null = not reported by ARM
   */
  zones: string[] | null
}

/** Configuration of a gateway of any kind; null if ARM does not report the value. */
export interface GatewayConfig {
  resource: 'gateway'
  kind: GatewayKind
  sku: GatewaySku
  asn: number | null
  activeActive: boolean | null
  /**
   * reason that a VPN gateway has no BGP, if only the gateway itself is considered. {@link getReasonWithoutBgp} also
   * considers its connections. Null = the gateway has BGP, or ARM does not report it
   */
  withoutBgp: keyof typeof reasonsForNoBgp | null
  /** value reported by ARM, for example `Succeeded` or `Updating` */
  provisioningState: string | null
  /**
   * addresses of each instance, from the BGP settings or, for a Route Server, from its router. The instance may report
   * under any of its addresses; the default address is first. ARM lists no instances of many ExpressRoute gateways
   * (empty), and only one of two instances of others.
   */
  instances: string[][]
  /**
   * number of instances that report sessions at the same time. The SKU determines it; a VPN gateway with a standby has
   * 1
   */
  instanceCount: number | null
  /**
   * keys (`normalizeArmId`) of the gateway's public addresses; empty = not listed by ARM, for example because Azure
   * manages them
   */
  publicAddressKeys: string[]
  /**
   * availability zones in ARM. `Regional` means that the gateway does not spread over zones. Absent or null = not
   * reported
   */
  zones?: string[] | null
  /**
   * true if a migration is in progress and this is the gateway that is not in use, so it needs no sessions. False = in
   * use, or not reported
   */
  isStandby: boolean
  /** true if a tag shows that a migration created the gateway */
  isOfMigration: boolean
  /** name of the gateway's virtual network */
  vnet: string | null
  /** key (`normalizeArmId`) of the gateway's virtual network or hub */
  networkKey: string | null
  /** minimum number of scale units; only for ErGwScale and for a gateway in a Virtual WAN hub, otherwise null */
  scaleUnits: number | null
  /** maximum number of scale units for autoscaling; null = the gateway has no scale units, or ARM reports no maximum */
  scaleUnitsMost: number | null
  /**
   * only for a VPN gateway of a virtual network: prefixes from which devices of VPN users (point-to-site) get their
   * addresses; absent = it has no point-to-site configuration
   */
  userVpnPools?: string[]
  /** only for a gateway in a Virtual WAN hub: its connections, which ARM lists within the gateway; otherwise empty */
  hubConnections: HubConnectionConfig[]
  /** routing preference that is configured on a Route Server */
  routingPreference: RoutingPreference
  /**
   * only for a Route Server: true if branches and the Route Server's BGP peers exchange routes; null = another kind of
   * gateway, or not reported
   */
  branchToBranch: boolean | null
  /**
   * only for a Route Server: ARM's state of its router, for example `Provisioned` or `Failed`; null = another kind of
   * gateway, or not reported
   */
  routingState: string | null
  /** only for a Route Server: names of the route maps that its own resource lists; absent = another kind of gateway */
  routeMaps?: string[]
}
