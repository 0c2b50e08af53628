/** ExpressRoute circuits and their peerings, in ARM's format (Microsoft.Network, ExpressRouteCircuits_*). */
import type { CircuitSpec, PeeringSpec } from '../schema.ts'
import {
  type ArmOperationContext,
  getCircuitOfRequestPath,
  createResourceEtag,
  listPlacedResources,
  createResourceNotFoundError,
  resourceId,
} from './context.ts'
import { listGlobalReachCreatedOnCircuit, hasReach, listGlobalReachCreatedToCircuit } from './global-reach.ts'
import { typeOfPort } from './ports.ts'

const TYPE = 'expressRouteCircuits'

function peeringBody(c: ArmOperationContext, circuit: CircuitSpec, p: PeeringSpec) {
  const { world } = c
  const microsoft = p.microsoft
  const routeFilter = world.scenario.routeFilters.find((f) => f.name === microsoft?.routeFilter)
  return {
    name: p.type,
    id: `${resourceId(world, circuit.group, TYPE, circuit.name)}/peerings/${p.type}`,
    etag: createResourceEtag(world, circuit.name),
    properties: {
      provisioningState: p.provisioningState,
      peeringType: p.type,
      azureASN: 12076,
      peerASN: p.peerAsn,
      primaryPeerAddressPrefix: p.primary,
      secondaryPeerAddressPrefix: p.secondary,
      primaryAzurePort: p.ports.primary,
      secondaryAzurePort: p.ports.secondary,
      state: p.state,
      vlanId: p.vlan,
      gatewayManagerEtag: '',
      // if a provider runs BGP, the peering has the provider's name as its last editor
      lastModifiedBy: circuit.connectivity === 'telco' ? (circuit.provider ?? '') : 'Customer',
      connections: p.type === 'AzurePrivatePeering' ? listGlobalReachCreatedOnCircuit(c, circuit) : [],
      peeredConnections: p.type === 'AzurePrivatePeering' ? listGlobalReachCreatedToCircuit(c, circuit) : [],
      routeFilter: routeFilter ? { id: resourceId(world, routeFilter.group, 'routeFilters', routeFilter.name) } : null,
      ...(microsoft && {
        microsoftPeeringConfig: {
          advertisedPublicPrefixes: microsoft.advertised,
          advertisedCommunities: [],
          advertisedPublicPrefixesState: microsoft.advertisedState,
          // in recordings 0 means no ASN
          customerASN: microsoft.customerAsn ?? (c.memory.profile.form === 'recorded' ? 0 : null),
          legacyMode: 0,
          routingRegistryName: microsoft.registry,
        },
      }),
      ...(p.ipv6 && {
        ipv6PeeringConfig: {
          primaryPeerAddressPrefix: p.ipv6.primary,
          secondaryPeerAddressPrefix: p.ipv6.secondary,
          state: p.state,
        },
      }),
    },
    type: 'Microsoft.Network/expressRouteCircuits/peerings',
  }
}

/** Returns the current peerings with their current configuration. */
function peeringsOf(c: ArmOperationContext, circuit: CircuitSpec): PeeringSpec[] {
  const domain = c.world.topology.domainOfCircuit.get(circuit.name)
  if (!domain) return []
  const state = c.world.state(domain, c.at)
  return circuit.peerings.flatMap((p) => state.configured(`peering/${circuit.name}/${p.type}`, p) ?? [])
}

function circuitBody(c: ArmOperationContext, circuit: CircuitSpec) {
  const { world } = c
  const id = resourceId(world, circuit.group, TYPE, circuit.name)
  const port = world.scenario.ports.find((p) => p.name === circuit.port)
  return {
    name: circuit.name,
    id,
    etag: createResourceEtag(world, circuit.name),
    type: 'Microsoft.Network/expressRouteCircuits',
    location: circuit.location ?? world.topology.groups.get(circuit.group)?.location ?? '',
    tags: circuit.tags,
    sku: { name: `${circuit.tier}_${circuit.family}`, tier: circuit.tier, family: circuit.family },
    properties: {
      provisioningState: circuit.provisioningState,
      resourceGuid: world.topology.guid(`resource/${circuit.name}`),
      circuitProvisioningState: circuit.circuitState,
      serviceProviderProvisioningState: circuit.providerState,
      serviceKey: circuit.serviceKey ?? world.topology.guid(`key/${circuit.name}`),
      serviceProviderNotes: null,
      allowClassicOperations: false,
      globalReachEnabled: circuit.globalReach || hasReach(world, circuit),
      gatewayManagerEtag: '',
      stag: circuit.stag,
      resiliencyLevel: circuit.resiliencyLevel,
      authorizations: [],
      peerings: peeringsOf(c, circuit).map((p) => peeringBody(c, circuit, p)),
      ...(port
        ? {
            [port.lag ? 'expressRouteLag' : 'expressRoutePort']: {
              id: resourceId(world, port.group, typeOfPort(port), port.name),
            },
            bandwidthInGbps: circuit.bandwidthMbps / 1000,
            serviceProviderProperties: null,
          }
        : {
            serviceProviderProperties: {
              serviceProviderName: circuit.provider,
              peeringLocation: circuit.peeringLocation,
              bandwidthInMbps: circuit.bandwidthMbps,
            },
            expressRoutePort: null,
            bandwidthInGbps: null,
          }),
    },
  }
}

export function listCircuits(c: ArmOperationContext) {
  const { domainOfCircuit } = c.world.topology
  return listPlacedResources(c, 'circuit', c.world.scenario.circuits, (x) => domainOfCircuit.get(x.name)).map((x) =>
    circuitBody(c, x),
  )
}

export const getCircuit = (c: ArmOperationContext) => circuitBody(c, getCircuitOfRequestPath(c).spec)

export function listPeerings(c: ArmOperationContext) {
  const { spec } = getCircuitOfRequestPath(c)
  return peeringsOf(c, spec).map((p) => peeringBody(c, spec, p))
}

/** Returns the peering that the path names. */
export function getPeeringOfRequestPath(c: ArmOperationContext): { circuit: CircuitSpec; peering: PeeringSpec } {
  const { spec } = getCircuitOfRequestPath(c)
  const wanted = c.params.peering ?? ''
  const peering = peeringsOf(c, spec).find((p) => p.type.toLowerCase() === wanted.toLowerCase())
  if (!peering) throw createResourceNotFoundError(`expressRouteCircuits/${spec.name}/peerings`, wanted, spec.group)
  return { circuit: spec, peering }
}

export function getPeering(c: ArmOperationContext) {
  const { circuit, peering } = getPeeringOfRequestPath(c)
  return peeringBody(c, circuit, peering)
}
