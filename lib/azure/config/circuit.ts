import {
  armKey,
  type CircuitConfig,
  type CircuitPeering,
  type GlobalReachConfig,
  isBeingDeleted,
  type PublicPrefixes,
  owningResource,
} from '#lib/contract/index.ts'
import { type ArmObject, armObject } from './arm-object.ts'

/**
 * Decodes a circuit. Source: Azure Network REST, ExpressRouteCircuit.
 * @param config a circuit as ARM lists it
 */
export function decodeCircuit(config: unknown): CircuitConfig {
  const circuit = armObject(config)
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
    portId: circuit.object('expressRoutePort').text('id'),
    peerings: peerings.flatMap((peering) => peeringOf(peering, isBeingDeleted({ provisioningState }))),
  }
}

/** Infers who manages BGP (customer or provider) from the last writer of a peering, because ARM has no field for it. */
function connectivityOf(
  circuit: ArmObject,
  peerings: readonly ArmObject[],
): Pick<CircuitConfig, 'connectivity' | 'connectivityBasis'> {
  if (circuit.has('expressRoutePort')) return { connectivity: 'direct', connectivityBasis: 'port' }
  const writer = peerings.map((peering) => peering.text('lastModifiedBy')).find((name) => name !== null)
  if (!writer) return { connectivity: null, connectivityBasis: null }
  return { connectivity: writer.toLowerCase() === 'customer' ? 'exchange' : 'telco', connectivityBasis: 'last_writer' }
}

/**
 * Counts the authorizations and those in use. Source: Azure Network REST, ExpressRouteCircuitAuthorization,
 * `authorizationUseStatus`: `Available` or `InUse`.
 */
function authorizationsOf(circuit: ArmObject): CircuitConfig['authorizations'] {
  const all = circuit.list('authorizations')
  const used = all.filter((one) => one.text('authorizationUseStatus')?.toLowerCase() === 'inuse')
  return { total: all.length, inUse: used.length }
}

/**
 * Masks a service key except its last four characters, because the key lets its holder order the circuit's provider
 * side. Stored configuration is already masked.
 */
function masked(key: string | null): string | null {
  if (key === null || key.startsWith('*')) return key
  return key.length < 12 ? '****' : `****${key.slice(-4)}`
}

/**
 * Decodes a peering. Returns an empty list if the peering has neither a name nor a type.
 * @param isCircuitDeleted whether the circuit is being deleted, which deletes all its peerings
 */
function peeringOf(peering: ArmObject, isCircuitDeleted: boolean): CircuitPeering[] {
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
 * Returns the public prefixes; null if this part has no Microsoft peering. Source: Azure Network REST,
 * ExpressRouteCircuitPeeringConfig.
 * @param part a peering, or its IPv6 part
 */
function publicPrefixesIn(part: ArmObject): PublicPrefixes | null {
  if (!part.has('microsoftPeeringConfig')) return null
  const stated = part.object('microsoftPeeringConfig')
  return { state: stated.text('advertisedPublicPrefixesState'), prefixes: stated.texts('advertisedPublicPrefixes') }
}

/**
 * Returns the routing registry; null for ARM's value `NONE`. Source: Azure Network REST,
 * ExpressRouteCircuitPeeringConfig.
 */
function registryOf(microsoft: ArmObject): string | null {
  const name = microsoft.text('routingRegistryName')
  return name?.toLowerCase() === 'none' ? null : name
}

/**
 * Decodes a Global Reach connection. A connection that was configured at the other circuit
 * (PeerExpressRouteCircuitConnection) has its own name in addition to `connectionName`, which is preferred. Source:
 * Azure Network REST, ExpressRouteCircuitConnection and PeerExpressRouteCircuitConnection.
 */
function reachOf(connection: ArmObject, isOwn: boolean): GlobalReachConfig[] {
  const name = (isOwn ? null : connection.text('connectionName')) ?? connection.text('name')
  const other = connection.object('peerExpressRouteCircuitPeering').text('id')
  if (name === null) return []
  return [
    {
      name,
      isOwn,
      circuitKey: other === null ? null : armKey(owningResource(other)),
      addressPrefix: connection.text('addressPrefix'),
      ipv6AddressPrefix: connection.object('ipv6CircuitConnectionConfig').text('addressPrefix'),
      provisioningState: connection.text('provisioningState'),
    },
  ]
}
