import { canonicalAddress } from '#lib/bgp/index.ts'
import type { Gateway } from '#lib/contract/index.ts'
import { armObject } from './arm-object.ts'
import { HUB, nameInArmId, VNET_GATEWAY } from './resource-types.ts'

export interface GatewayConfig {
  kind: Gateway['kind']
  sku: Gateway['sku']
  asn: number | null
  activeActive: boolean | null
  provisioningState: string | null
  /** BGP addresses of its instances as configured, canonical; often not told for ExpressRoute */
  addresses: string[]
  vnet: string | null
}

/**
 * Reads a gateway of any kind.
 * @returns null for what is no gateway: a hub of a Virtual WAN, which is not a Route Server
 */
export function readGateway(type: string, config: unknown): GatewayConfig | null {
  const gateway = armObject(config)
  const sku = gateway.object('sku')
  const bgp = gateway.object('bgpSettings')
  const kind = kindOf(type, gateway.text('gatewayType'), gateway.has('virtualWan'))
  if (!kind) return null
  const [ipConfiguration] = gateway.list('ipConfigurations')
  const addresses = (bgp.text('bgpPeeringAddress')?.split(',') ?? gateway.texts('virtualRouterIps')).map(
    canonicalAddress,
  )
  return {
    kind,
    sku: { name: sku.text('name') ?? gateway.text('sku'), tier: sku.text('tier'), capacity: sku.number('capacity') },
    asn: bgp.number('asn') ?? gateway.number('virtualRouterAsn'),
    activeActive: gateway.flag('activeActive') ?? gateway.flag('active'),
    provisioningState: gateway.text('provisioningState'),
    addresses: addresses.filter((address) => address !== null),
    vnet: nameInArmId(ipConfiguration?.object('subnet').text('id') ?? null, 'virtualNetworks'),
  }
}

function kindOf(type: string, gatewayType: string | null, inWan: boolean): Gateway['kind'] | null {
  if (type === HUB) return inWan ? null : 'routeServer'
  if (type !== VNET_GATEWAY) return 'vwan'
  return gatewayType?.toLowerCase() === 'vpn' ? 'vpn' : 'expressRoute'
}
