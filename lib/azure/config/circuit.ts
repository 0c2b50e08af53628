import {
  normalizeArmId,
  type CircuitConfig,
  type CircuitPeering,
  type GlobalReachConfig,
  isResourceBeingDeleted,
  type PublicPrefixes,
  getTopLevelResourceId,
} from '#lib/contract/index.ts'
import { type ArmObjectReader, createArmObject } from './arm-object.ts'

/**
 * Decodes a circuit. Source: Azure Network REST, ExpressRouteCircuit.
 * @param config a circuit as ARM lists it
 */
export function decodeCircuit(config: unknown): CircuitConfig {
  const circuit = createArmObject(config)
  const provider = circuit.object('serviceProviderProperties')
  const sku = circuit.object('sku')
  const gigabits = circuit.positive('bandwidthInGbps')
  const peerings = circuit.list('peerings')
  const provisioningState = circuit.text('provisioningState')
  return {
    resource: 'circuit',
    peeringLocation: provider.text('peeringLocation'),
    provider: provider.text('serviceProviderName'),
    bandwidthMbps: provider.positive('bandwidthInMbps') ?? (gigabits === null ? null : gigabits * 1_000),
    sku: { tier: sku.text('tier'), family: sku.text('family') },
    provisioning: {
      circuit: circuit.text('circuitProvisioningState'),
      provider: circuit.text('serviceProviderProvisioningState'),
    },
    provisioningState,
    resiliencyLevel: circuit.text('resiliencyLevel'),
    serviceKey: masked(circuit.text('serviceKey')),
    stag: circuit.positive('stag'),
    globalReachEnabled: circuit.flag('globalReachEnabled'),
    ...connectivityOf(circuit, peerings),
    authorizations: authorizationsOf(circuit),
    portId: portIdOf(circuit),
    peerings: peerings.flatMap((peering) => peeringOf(peering, isResourceBeingDeleted({ provisioningState }))),
  }
}

/**
 * Returns the ARM id of the ExpressRoute Direct port or LAG on which a circuit is; null = it is on neither. Source:
 * Azure Network REST, ExpressRouteCircuit, `expressRoutePort` and `expressRouteLag`.
 */
const portIdOf = (circuit: ArmObjectReader): string | null =>
  circuit.object('expressRoutePort').text('id') ?? circuit.object('expressRouteLag').text('id')

/**
 * Derives the connectivity model of a circuit, for which ARM has no field. A circuit on an ExpressRoute Direct port or
 * LAG is `direct`. For any other circuit, the model is derived from the party that last changed a peering: if it is the
 * customer, the customer is assumed to run BGP (`exchange`), otherwise the provider (`telco`).
 */
function connectivityOf(
  circuit: ArmObjectReader,
  peerings: readonly ArmObjectReader[],
): Pick<CircuitConfig, 'connectivity' | 'connectivityBasis'> {
  if (portIdOf(circuit) !== null || circuit.has('expressRoutePort'))
    return { connectivity: 'direct', connectivityBasis: 'port' }
  const writer = peerings.map((peering) => peering.text('lastModifiedBy')).find((name) => name !== null)
  if (!writer) return { connectivity: null, connectivityBasis: null }
  return { connectivity: writer.toLowerCase() === 'customer' ? 'exchange' : 'telco', connectivityBasis: 'last_writer' }
}

/**
 * Returns the number of a circuit's authorizations and of those in use. Source: Azure Network REST,
 * ExpressRouteCircuitAuthorization, `authorizationUseStatus`: `Available` or `InUse`.
 */
function authorizationsOf(circuit: ArmObjectReader): CircuitConfig['authorizations'] {
  const all = circuit.list('authorizations')
  const used = all.filter((one) => one.text('authorizationUseStatus')?.toLowerCase() === 'inuse')
  return { total: all.length, inUse: used.length }
}

/**
 * Returns a service key with only its last four characters. The key is secret, because its holder can order a circuit
 * at the provider. A key from the stored configuration is already masked.
 */
function masked(key: string | null): string | null {
  if (key === null || key.startsWith('*')) return key
  return key.length < 12 ? '****' : `****${key.slice(-4)}`
}

/**
 * Decodes a peering. The result is empty if the peering has neither a name nor a type.
 * @param isCircuitDeleted true = the circuit is being deleted, and all of its peerings with it
 */
function peeringOf(peering: ArmObjectReader, isCircuitDeleted: boolean): CircuitPeering[] {
  const type = peering.text('peeringType') ?? peering.text('name')
  const name = peering.text('name') ?? type
  if (name === null || type === null) return []
  const ipv6 = peering.object('ipv6PeeringConfig')
  const subnets = (field: string) => ({ ipv4: peering.text(field), ipv6: ipv6.text(field) })
  const microsoft = peering.object('microsoftPeeringConfig')
  return [
    {
      name,
      type,
      state: peering.text('state'),
      provisioningState: isCircuitDeleted ? 'Deleting' : peering.text('provisioningState'),
      ipv6State: ipv6.text('state'),
      azureAsn: peering.positive('azureASN'),
      peerAsn: peering.positive('peerASN'),
      vlanId: peering.positive('vlanId'),
      subnets: { primary: subnets('primaryPeerAddressPrefix'), secondary: subnets('secondaryPeerAddressPrefix') },
      publicPrefixes: publicPrefixesIn(peering),
      ipv6PublicPrefixes: publicPrefixesIn(ipv6),
      azurePorts: { primary: peering.text('primaryAzurePort'), secondary: peering.text('secondaryAzurePort') },
      md5Key: peering.text('sharedKey') === null ? null : 'set',
      customerAsn: microsoft.positive('customerASN'),
      routingRegistry: registryOf(microsoft),
      routeFilterId: peering.object('routeFilter').text('id'),
      globalReach: [
        ...peering.list('connections').flatMap((one) => reachOf(one, true)),
        ...peering.list('peeredConnections').flatMap((one) => reachOf(one, false)),
      ],
    },
  ]
}

/**
 * Returns the public prefixes that a peering announces; null if this part of the peering has no settings for Microsoft
 * peering. Source: Azure Network REST, ExpressRouteCircuitPeeringConfig.
 * @param part a peering (for IPv4), or its IPv6 part
 */
function publicPrefixesIn(part: ArmObjectReader): PublicPrefixes | null {
  if (!part.has('microsoftPeeringConfig')) return null
  const stated = part.object('microsoftPeeringConfig')
  return { state: stated.text('advertisedPublicPrefixesState'), prefixes: stated.texts('advertisedPublicPrefixes') }
}

/**
 * Returns the routing registry of a Microsoft peering; null if ARM reports none or `NONE`. Source: Azure Network REST,
 * ExpressRouteCircuitPeeringConfig.
 */
function registryOf(microsoft: ArmObjectReader): string | null {
  const name = microsoft.text('routingRegistryName')
  return name?.toLowerCase() === 'none' ? null : name
}

/**
 * Decodes a Global Reach connection; the result is empty if it has no name. At the circuit at the other end, the
 * connection has a second name. There `connectionName` is used, which is its name at the circuit on which it was
 * created. Source: Azure Network REST, ExpressRouteCircuitConnection and PeerExpressRouteCircuitConnection.
 * @param isOwn true = it was created on this circuit
 */
function reachOf(connection: ArmObjectReader, isOwn: boolean): GlobalReachConfig[] {
  const name = (isOwn ? null : connection.text('connectionName')) ?? connection.text('name')
  const other = connection.object('peerExpressRouteCircuitPeering').text('id')
  if (name === null) return []
  return [
    {
      name,
      isOwn,
      circuitKey: other === null ? null : normalizeArmId(getTopLevelResourceId(other)),
      addressPrefix: connection.text('addressPrefix'),
      ipv6AddressPrefix: connection.object('ipv6CircuitConnectionConfig').text('addressPrefix'),
      provisioningState: connection.text('provisioningState'),
    },
  ]
}
