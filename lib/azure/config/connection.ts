import { canonicalizeAddress } from '#lib/bgp/index.ts'
import {
  normalizeArmId,
  type ConnectionConfig,
  type IpsecPolicy,
  type LocalGatewayConfig,
} from '#lib/contract/index.ts'
import { type ArmObjectReader, createArmObject } from './arm-object.ts'

/**
 * Decodes a connection. Source: Azure Network REST, VirtualNetworkGatewayConnection.
 * @param config a connection as ARM lists it
 */
export function decodeConnection(config: unknown): ConnectionConfig {
  const connection = createArmObject(config)
  const ends = ['virtualNetworkGateway1', 'virtualNetworkGateway2'].map((end) => connection.object(end).text('id'))
  const peer = connection.object('peer').text('id')
  const device = connection.object('localNetworkGateway2').text('id')
  return {
    resource: 'connection',
    type: connection.text('connectionType'),
    status: connection.text('connectionStatus'),
    provisioningState: connection.text('provisioningState'),
    routingWeight: connection.number('routingWeight'),
    fastPath: connection.flag('expressRouteGatewayBypass'),
    gatewayKeys: ends.filter((end) => end !== null).map(normalizeArmId),
    circuitKey: peer && normalizeArmId(peer),
    deviceKey: device && normalizeArmId(device),
    bgp: connection.flag('enableBgp'),
    protocol: connection.text('connectionProtocol'),
    mode: connection.text('connectionMode'),
    ipsecPolicies: connection.list('ipsecPolicies').map(policyOf),
    policyBased: connection.flag('usePolicyBasedTrafficSelectors'),
    dpdSeconds: connection.positive('dpdTimeoutSeconds'),
    gatewayBgpAddresses: connection
      .list('gatewayCustomBgpIpAddresses')
      .flatMap((entry) => canonicalizeAddress(entry.text('customBgpIpAddress') ?? '') ?? []),
  }
}

/** Decodes an IPsec policy. Source: Azure Network REST, IpsecPolicy. */
const policyOf = (policy: ArmObjectReader): IpsecPolicy => ({
  ikeEncryption: policy.text('ikeEncryption'),
  ikeIntegrity: policy.text('ikeIntegrity'),
  dhGroup: policy.text('dhGroup'),
  ipsecEncryption: policy.text('ipsecEncryption'),
  ipsecIntegrity: policy.text('ipsecIntegrity'),
  pfsGroup: policy.text('pfsGroup'),
  saLifeSeconds: policy.positive('saLifeTimeSeconds'),
  saDataKilobytes: policy.positive('saDataSizeKilobytes'),
})

/**
 * Decodes a local network gateway. Source: Azure Network REST, LocalNetworkGateway.
 * @param config a local network gateway as ARM lists it
 */
export function decodeLocalGateway(config: unknown): LocalGatewayConfig {
  const gateway = createArmObject(config)
  const bgp = gateway.object('bgpSettings')
  const bgpAddress = bgp.text('bgpPeeringAddress')
  return {
    resource: 'localGateway',
    remote: gateway.text('gatewayIpAddress') ?? gateway.text('fqdn'),
    prefixes: gateway.object('localNetworkAddressSpace').texts('addressPrefixes'),
    asn: bgp.positive('asn'),
    bgpAddress: bgpAddress && (canonicalizeAddress(bgpAddress) ?? bgpAddress),
  }
}
