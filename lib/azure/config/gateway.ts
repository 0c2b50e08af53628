import { canonicalizeAddress } from '#lib/bgp/index.ts'
import {
  normalizeArmId,
  armTypes,
  type GatewayConfig,
  isScalableSku,
  isTaggedByMigration,
  parseArmId,
  type PublicAddressConfig,
  type ResourceConfig,
} from '#lib/contract/index.ts'
import { isJsonObject } from '../decode/json.ts'
import { getArmMember } from '../decode/members.ts'
import type { MetricsOptionsOfResource } from '../types.ts'
import { type ArmObjectReader, createArmObject } from './arm-object.ts'
import { decodeHubConnections, decodeRouteMapNames } from './hub.ts'
import { decodeRoutingPreference } from './network.ts'

/**
 * Decodes a gateway of any kind. ARM's `sku.capacity` is not used as the number of scale units: it is 2 for SKUs of
 * fixed size, and also for scalable SKUs with another number. Source: Azure Network REST, VirtualNetworkGateway,
 * ExpressRouteGateway, VpnGateway, VirtualHub.
 * @param type lower case, one of `gatewayTypes`
 */
export function decodeGateway(type: string, config: unknown): GatewayConfig {
  const gateway = createArmObject(config)
  const sku = gateway.object('sku')
  const bgp = gateway.object('bgpSettings')
  const kind = kindOf(type, gateway)
  const activeActive = gateway.flag('activeActive') ?? gateway.flag('active')
  const bounds = gateway.object('autoScaleConfiguration').object('bounds')
  const isScalable = isScalableSku(sku.text('name'))
  const subnetId = gateway.list('ipConfigurations')[0]?.object('subnet').text('id') ?? null
  const userVpnPools = kind === 'vpn' ? decodeUserVpnPools(gateway.object('vpnClientConfiguration')) : []
  return {
    resource: 'gateway',
    kind,
    sku: { name: sku.text('name') ?? gateway.text('sku'), tier: sku.text('tier'), capacity: null },
    asn: bgp.positive('asn') ?? gateway.positive('virtualRouterAsn'),
    activeActive,
    withoutBgp: kind === 'vpn' ? withoutBgpOf(gateway, sku) : null,
    provisioningState: gateway.text('provisioningState'),
    instances: instancesOf(gateway, bgp),
    instanceCount: kind === 'vpn' && activeActive === false ? 1 : isScalable ? null : sku.positive('capacity'),
    publicAddressKeys: gateway
      .list('ipConfigurations')
      .flatMap((one) => normalizeArmId(one.object('publicIPAddress').text('id') ?? '') || []),
    zones: decodeZones(gateway),
    isStandby: gateway.text('adminState')?.toLowerCase() === 'disabled',
    isOfMigration: isTaggedByMigration(tagsOf(config)),
    vnet: parseArmId(subnetId ?? '')?.names.virtualnetworks ?? null,
    networkKey: networkKeyOf(gateway.object('virtualHub').text('id'), subnetId),
    scaleUnits: bounds.positive('min') ?? gateway.positive('vpnGatewayScaleUnit'),
    scaleUnitsMost: bounds.positive('max') ?? gateway.positive('vpnGatewayScaleUnit'),
    ...(userVpnPools.length > 0 && { userVpnPools }),
    hubConnections: kind === 'vwan' ? decodeHubConnections(gateway) : [],
    routingPreference: decodeRoutingPreference(gateway),
    branchToBranch: kind === 'routeServer' ? gateway.flag('allowBranchToBranchTraffic') : null,
    routingState: kind === 'routeServer' ? gateway.text('routingState') : null,
    ...(kind === 'routeServer' && { routeMaps: decodeRouteMapNames(gateway) }),
  }
}

/** Returns the properties of a decoded resource on which the metrics of a gateway depend; null for other resources. */
export const getMetricsOptionsOfGateway = (config: ResourceConfig | null): MetricsOptionsOfResource['gateway'] =>
  config?.resource === 'gateway'
    ? {
        gatewayType: config.kind === 'vpn' ? 'Vpn' : 'ExpressRoute',
        sku: config.sku.name,
        hasUserVpn: config.userVpnPools !== undefined,
      }
    : null

const tagsOf = (config: unknown): unknown => (isJsonObject(config) ? getArmMember(config, 'tags') : null)

/** Decodes a public IP address. Source: Azure Network REST, PublicIPAddress. */
export function decodePublicAddress(config: unknown): PublicAddressConfig {
  const address = createArmObject(config)
  return {
    resource: 'publicAddress',
    address: address.text('ipAddress'),
    sku: address.object('sku').text('name'),
    zones: decodeZones(address),
  }
}

/** Decodes the availability zones of a resource, which ARM lists or writes as the text `Regional`; null = not reported. */
function decodeZones(resource: ArmObjectReader): string[] | null {
  const zones = [resource.text('zones') ?? resource.texts('zones')].flat()
  return zones.length > 0 ? zones : null
}

/**
 * Decodes the prefixes from which a VPN gateway gives addresses to devices of VPN users. ARM also reports the
 * configuration of gateways without point-to-site, with empty lists. Source: Azure Network REST, VpnClientConfiguration
 * and VngClientConnectionConfiguration.
 */
const decodeUserVpnPools = (clients: ArmObjectReader): string[] =>
  [clients, ...clients.list('vngClientConnectionConfigurations')].flatMap((one) =>
    one.object('vpnClientAddressPool').texts('addressPrefixes'),
  )

function kindOf(type: string, gateway: ArmObjectReader): GatewayConfig['kind'] {
  if (type === armTypes.virtualHub) return 'routeServer'
  if (type !== armTypes.virtualNetworkGateway) return 'vwan'
  return gateway.text('gatewayType')?.toLowerCase() === 'vpn' ? 'vpn' : 'expressRoute'
}

/**
 * Returns the reason that a VPN gateway has no BGP; null if BGP is enabled or this is unknown. Source: see
 * `reasonsForNoBgp`; Azure Network REST, VirtualNetworkGateway: vpnType, enableBgp.
 */
function withoutBgpOf(gateway: ArmObjectReader, sku: ArmObjectReader): GatewayConfig['withoutBgp'] {
  if (gateway.text('vpnType')?.toLowerCase() === 'policybased') return 'policy_based'
  if ((sku.text('name') ?? gateway.text('sku'))?.toLowerCase() === 'basic') return 'basic'
  return gateway.flag('enableBgp') === false ? 'not_enabled' : null
}

function instancesOf(gateway: ArmObjectReader, bgp: ArmObjectReader): string[][] {
  const byIpConfiguration = bgp
    .list('bgpPeeringAddresses')
    .map((entry) => [...addressesOf(entry, 'defaultBgpIpAddresses'), ...addressesOf(entry, 'customBgpIpAddresses')])
    .filter((addresses) => addresses.length > 0)
  if (byIpConfiguration.length > 0) return byIpConfiguration
  const addresses = bgp.has('bgpPeeringAddress')
    ? addressesOf(bgp, 'bgpPeeringAddress')
    : addressesOf(gateway, 'virtualRouterIps')
  return addresses.map((address) => [address])
}

/**
 * Returns the IP addresses in a field. ARM writes a single address, a list, or several addresses in one text with
 * commas. Invalid addresses are left out.
 */
function addressesOf(object: ArmObjectReader, field: string): string[] {
  return [...object.texts(field), object.text(field) ?? '']
    .flatMap((text) => text.split(','))
    .flatMap((text) => canonicalizeAddress(text.trim()) ?? [])
}

function networkKeyOf(hubId: string | null, subnetId: string | null): string | null {
  if (hubId !== null) return normalizeArmId(hubId)
  return subnetId === null ? null : normalizeArmId(subnetId.replace(/\/subnets\/[^/]+\/*$/i, ''))
}
