import { z } from 'zod'
import type { HubConnectionConfig } from './hub.ts'
import type { RoutingPreference } from './network.ts'
import { azureFacts } from '../facts/facts.ts'

export const gatewayKinds = ['expressRoute', 'vpn', 'vwan', 'routeServer'] as const
export type GatewayKind = (typeof gatewayKinds)[number]
export const gatewaySku = z.object({
  name: z.string().nullable(),
  tier: z.string().nullable(),
  capacity: z.number().nullable().describe('null: ARM writes 2 on nearly every SKU, which is no size; see scaleUnits'),
})
type GatewaySku = z.infer<typeof gatewaySku>

/** Reports whether Azure adds and removes scale units, and instances with them, depending on the load. */
export const isAutoscaling = ({ scaleUnits, scaleUnitsMost }: Pick<GatewayConfig, 'scaleUnits' | 'scaleUnitsMost'>) =>
  scaleUnits !== null && scaleUnitsMost !== null && scaleUnitsMost > scaleUnits

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
 * Metric of the scale units in use of an ErGwScale gateway. Source: "Supported metrics" of
 * Microsoft.Network/virtualNetworkGateways.
 */
export const SCALE_UNITS_METRIC = 'ScalableExpressRouteGatewayScaleUnit'

/**
 * Metrics of an ExpressRoute gateway whose peak matters: machines and other resources that use it, and new flows per
 * second. For ErGwScale the names begin with `Scalable`. Source: "Supported metrics" of
 * Microsoft.Network/virtualNetworkGateways.
 */
export const gatewayPeakMetrics = {
  machines: 'ExpressRouteGatewayNumberOfVmInVnet',
  flowsCreated: 'ExpressRouteGatewayMaxFlowsCreationRate',
} as const

/** Reports whether a SKU is ErGwScale, whose limits and price depend on scale units. */
export const isScalableSku = (sku: string | null | undefined): boolean => sku?.toLowerCase() === 'ergwscale'

/** SKUs that support FastPath in every size. */
const FASTPATH_SKUS: ReadonlySet<string> = new Set(['ultraperformance', 'ergw3az'])

/** Reports whether a gateway supports FastPath, by its SKU and, for ErGwScale, its scale units; null = unknown. */
export function takesFastPath(sku: string | null, units: number | null): boolean | null {
  if (sku === null) return null
  if (!isScalableSku(sku)) return FASTPATH_SKUS.has(sku.toLowerCase())
  return units === null ? null : units >= azureFacts.fastpath_scale_units.value
}

/** Returns the form in which region names are compared, because a region is spelled `westeurope` or `West Europe`. */
export const regionKey = (region: string): string => region.toLowerCase().replace(/\s+/g, '')

/** Returns text that lists the SKUs with FastPath in a region. Source: "About ExpressRoute FastPath", gateways. */
export const fastPathSkus = (region: string | null, scalable: string): string =>
  region !== null && WITHOUT_SCALABLE.has(regionKey(region))
    ? 'UltraPerformance or ErGw3AZ'
    : `UltraPerformance, ErGw3AZ or ${scalable}`

/**
 * Reasons that a VPN gateway does not run BGP, as text. Azure does not offer BGP on gateways of SKU Basic and on
 * policy-based gateways.
 * Source: Azure documentation, "VPN Gateway FAQ" (BGP and routing).
 */
export const withoutBgpReasons = {
  basic: 'SKU Basic offers no BGP.',
  policy_based: 'A policy-based VPN gateway offers no BGP.',
  not_enabled: 'BGP is enabled neither on it nor on a connection of it (enableBgp).',
} as const

/**
 * Returns the reason that a gateway has no BGP, considering its connections: sessions and routes of a connection with
 * BGP exist even while `enableBgp` of the gateway is false (recorded responses of 2017 and 2018). Null = it has BGP, or
 * this is unknown.
 */
export const whyWithoutBgp = (
  { withoutBgp }: Pick<GatewayConfig, 'withoutBgp'>,
  hasBgpConnection: boolean,
): GatewayConfig['withoutBgp'] => (withoutBgp === 'not_enabled' && hasBgpConnection ? null : withoutBgp)

/** Public IP address of a gateway. */
export interface PublicAddressConfig {
  resource: 'publicAddress'
  address: string | null
  /** value reported by ARM: `Standard`, or `Basic`, which is retired; null = not reported */
  sku: string | null
  /** availability zones; a single entry means that the address is only in that zone; null = not reported by ARM */
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
   * reason that a VPN gateway has neither BGP peers nor routes, without considering its connections (see {@link
   * whyWithoutBgp}); null = it has them, or ARM does not report it
   */
  withoutBgp: keyof typeof withoutBgpReasons | null
  /** value reported by ARM, for example `Succeeded` or `Updating` */
  provisioningState: string | null
  /**
   * Instances according to the BGP settings: for each, the addresses under which it may report, the default address
   * first. Empty if ARM lists none, as for many ExpressRoute gateways; for others ARM may list only one of the two
   * instances.
   */
  instances: string[][]
  /** number of instances that report at the same time: defined by the SKU, and 1 for a VPN gateway with a standby */
  instanceCount: number | null
  /** keys (`armKey`) of its public addresses; empty = not listed by Azure, for example because Azure manages them */
  publicAddressKeys: string[]
  /**
   * true if the gateway is the standby of the two gateways of a migration, so no sessions are expected. False = in use,
   * or not reported
   */
  isStandby: boolean
  /** true if a migration created the gateway, according to its tag */
  isOfMigration: boolean
  /** name of its virtual network */
  vnet: string | null
  /** key (`armKey`) of its virtual network or hub */
  networkKey: string | null
  /** minimum number of scale units, only for ErGwScale and for a gateway in a Virtual WAN hub */
  scaleUnits: number | null
  /** maximum number of scale units for autoscaling; null = no scale units, or no maximum reported by ARM */
  scaleUnitsMost: number | null
  /** only for a gateway in a Virtual WAN hub: its connections, which ARM lists in the gateway itself */
  hubConnections: HubConnectionConfig[]
  /** routing preference that is set on a Route Server */
  routingPreference: RoutingPreference
  /**
   * only for a Route Server: whether routes are exchanged between branches and its peers; null = other gateway, or not
   * reported
   */
  branchToBranch: boolean | null
  /**
   * only for a Route Server: ARM's state of its router, for example `Provisioned` or `Failed`; null = other gateway, or
   * not reported
   */
  routingState: string | null
}
