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

/** Whether Azure adds and takes units, and with them instances, by load. */
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

/** Scale units in use, of ErGwScale. Source: "Supported metrics" of Microsoft.Network/virtualNetworkGateways. */
export const SCALE_UNITS_METRIC = 'ScalableExpressRouteGatewayScaleUnit'

/**
 * Highest values of an ExpressRoute gateway: machines and other resources that speak through it, and new flows a second. Those of ErGwScale
 * begin with `Scalable`. Source: as above.
 */
export const gatewayPeakMetrics = {
  machines: 'ExpressRouteGatewayNumberOfVmInVnet',
  flowsCreated: 'ExpressRouteGatewayMaxFlowsCreationRate',
} as const

/** Whether a SKU is ErGwScale, whose limits and price go by scale units. */
export const isScalableSku = (sku: string | null | undefined): boolean => sku?.toLowerCase() === 'ergwscale'

/** SKUs that take FastPath whatever their size. */
const FASTPATH_SKUS: ReadonlySet<string> = new Set(['ultraperformance', 'ergw3az'])

/** Whether a gateway takes FastPath, by SKU and, of ErGwScale, by scale units; null = what it takes to know is not known. */
export function takesFastPath(sku: string | null, units: number | null): boolean | null {
  if (sku === null) return null
  if (!isScalableSku(sku)) return FASTPATH_SKUS.has(sku.toLowerCase())
  return units === null ? null : units >= azureFacts.fastpath_scale_units.value
}

/** ARM and people spell one region `westeurope` or `West Europe`. */
export const regionKey = (region: string): string => region.toLowerCase().replace(/\s+/g, '')

/** What takes FastPath in a region, as a sentence names it. Source: "About ExpressRoute FastPath", gateways. */
export const fastPathSkus = (region: string | null, scalable: string): string =>
  region !== null && WITHOUT_SCALABLE.has(regionKey(region))
    ? 'UltraPerformance or ErGw3AZ'
    : `UltraPerformance, ErGw3AZ or ${scalable}`

/**
 * Why a VPN gateway speaks no BGP with anybody, in words: Azure offers it on no gateway of SKU Basic and on no policy-based one.
 * Source: Azure documentation, "VPN Gateway FAQ" (BGP and routing).
 */
export const withoutBgpReasons = {
  basic: 'SKU Basic offers no BGP.',
  policy_based: 'A policy-based VPN gateway offers no BGP.',
  not_enabled: 'BGP is enabled neither on it nor on a connection of it (enableBgp).',
} as const

/**
 * Why a gateway has no BGP, its connections considered: Azure keeps sessions and routes of a connection with BGP while `enableBgp` of the
 * gateway is false (recorded answers of 2017 and 2018). Null = it has BGP, or that is not stated.
 */
export const whyWithoutBgp = (
  { withoutBgp }: Pick<GatewayConfig, 'withoutBgp'>,
  hasBgpConnection: boolean,
): GatewayConfig['withoutBgp'] => (withoutBgp === 'not_enabled' && hasBgpConnection ? null : withoutBgp)

/** The public address of a gateway. */
export interface PublicAddressConfig {
  resource: 'publicAddress'
  address: string | null
  /** ARM's word: `Standard`, or `Basic`, which is retired; null = not stated */
  sku: string | null
  /** of one zone it stands in that alone; null = ARM states none */
  zones: string[] | null
}

/** How a gateway of any kind is configured; null wherever ARM states nothing. */
export interface GatewayConfig {
  resource: 'gateway'
  kind: GatewayKind
  sku: GatewaySku
  asn: number | null
  activeActive: boolean | null
  /** why a VPN gateway offers neither BGP peers nor routes, its connections left aside (see {@link whyWithoutBgp}); null = it offers them, or ARM does not state it */
  withoutBgp: keyof typeof withoutBgpReasons | null
  /** ARM's word, such as `Succeeded` or `Updating` */
  provisioningState: string | null
  /**
   * Its instances as BGP settings name them: of each one the addresses that it may report under, the default one first. Empty where ARM
   * names none, as of many ExpressRoute gateways; those of an ExpressRoute gateway may name one of two.
   */
  instances: string[][]
  /** how many instances report at a time: those of the SKU, and one of a VPN gateway that has a standby */
  instanceCount: number | null
  /** keys (`armKey`) of its public addresses; empty = Azure names none, as of those that it keeps itself */
  publicAddressKeys: string[]
  /** in a migration one of two gateways waits for the other: nothing is expected of its sessions. False = it is in use, or not stated */
  isStandby: boolean
  /** a migration made it, as its tag says */
  isOfMigration: boolean
  /** name of the virtual network that it is in */
  vnet: string | null
  /** key (`armKey`) of the virtual network or hub that it is in */
  networkKey: string | null
  /** of ErGwScale, and of a gateway in a Virtual WAN hub: scale units that it has at least */
  scaleUnits: number | null
  /** scale units that Azure may take it to; null = it has none, or ARM states no bound */
  scaleUnitsMost: number | null
  /** of a gateway in a Virtual WAN hub: its connections, which ARM lists in the gateway itself */
  hubConnections: HubConnectionConfig[]
  /** of a Route Server */
  routingPreference: RoutingPreference
  /** of a Route Server: whether it lets what branches and its peers announce reach each other; null = of no other, or not stated */
  branchToBranch: boolean | null
  /** of a Route Server: ARM's word for its router, such as `Provisioned` or `Failed`; null = of no other, or not stated */
  routingState: string | null
}
