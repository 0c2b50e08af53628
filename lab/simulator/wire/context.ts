/** Input of a handler, and functions that find the resource that the path names. */
import type {
  CircuitSpec,
  GatewayConnectionSpec,
  GatewaySpec,
  VirtualHubSpec,
  ExpressRoutePortSpec,
  VnetSpec,
} from '../schema.ts'
import type { SimulatorServerState } from '../memory.ts'
import type { RoutingDomain, ResourceGroup } from '../topology.ts'
import type { SimulatedWorld } from '../world.ts'
import { ArmError } from './message.ts'

export interface ArmOperationContext {
  readonly world: SimulatedWorld
  /** virtual time whose state the response shows */
  readonly at: number
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly base: string
  readonly body: string
  /** Object ID of the caller. */
  readonly principal: string
  readonly memory: SimulatorServerState
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** Returns Azure's ID of a resource in a resource group. */
export function resourceId(world: SimulatedWorld, group: string, type: string, name: string): string {
  const subscription = world.topology.groups.get(group)?.subscription ?? ''
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/${type}/${name}`
}

export function createResourceEtag(world: SimulatedWorld, name: string): string {
  return `W/"${world.topology.guid(`etag/${name}`)}"`
}

export function getSubscriptionOfRequestPath(
  c: ArmOperationContext,
): SimulatedWorld['scenario']['subscriptions'][number] {
  const id = c.params.subscription ?? ''
  const found = c.world.scenario.subscriptions.find((s) => same(s.id, id))
  if (!found) throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`)
  return found
}

export function getResourceGroupOfRequestPath(c: ArmOperationContext): ResourceGroup {
  const { id } = getSubscriptionOfRequestPath(c)
  const name = c.params.group ?? ''
  for (const group of c.world.topology.groups.values())
    if (group.subscription === id && same(group.name, name)) return group
  throw new ArmError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`)
}

/** Returns a predicate for resources in the group or subscription that the path names. */
export function createRequestScopeFilter(c: ArmOperationContext): (resource: { readonly group: string }) => boolean {
  if (c.params.group !== undefined) {
    const { name } = getResourceGroupOfRequestPath(c)
    return (resource) => resource.group === name
  }
  const { id } = getSubscriptionOfRequestPath(c)
  return (resource) => c.world.topology.groups.get(resource.group)?.subscription === id
}

export function createResourceNotFoundError(type: string, name: string, group: string): ArmError {
  const message = `The Resource 'Microsoft.Network/${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`
  return new ArmError(404, 'ResourceNotFound', message)
}

/** Resources of each list of a scenario by lower-cased name, so that requests stay fast with hundreds of resources. */
const byName = new WeakMap<readonly object[], ReadonlyMap<string, readonly object[]>>()

function listByName<T extends { readonly name: string }>(all: readonly T[], name: string): readonly T[] {
  const known = byName.get(all) as ReadonlyMap<string, readonly T[]> | undefined
  const map = known ?? Map.groupBy(all, (resource) => resource.name.toLowerCase())
  if (!known) byName.set(all, map)
  return map.get(name.toLowerCase()) ?? []
}

function named<T extends { readonly name: string; readonly group: string }>(
  c: ArmOperationContext,
  type: string,
  all: readonly T[],
  isMeant: (resource: T) => boolean = () => true,
): T {
  const here = createRequestScopeFilter(c)
  const name = c.params.name ?? ''
  const found = listByName(all, name).find((resource) => isMeant(resource) && here(resource))
  if (!found) throw createResourceNotFoundError(type, name, c.params.group ?? '')
  return found
}

/**
 * Returns a resource with its current configuration.
 * @throws ArmError 404 if it was removed
 */
function present<T extends { readonly name: string }>(
  c: ArmOperationContext,
  object: string,
  type: string,
  spec: T,
  domain: RoutingDomain | undefined,
): T {
  const now = domain ? c.world.state(domain, c.at).configured(`${object}/${spec.name}`, spec) : spec
  if (now === null) throw createResourceNotFoundError(type, spec.name, c.params.group ?? '')
  return now
}

/** Returns ARM's type of a gateway, which depends on whether it is in a virtual network or in a hub. */
const gatewayTypeOf = ({ hub, kind }: GatewaySpec): string =>
  hub === undefined ? 'virtualNetworkGateways' : HUB_GATEWAY_TYPES[kind]
export const HUB_GATEWAY_TYPES = { ExpressRoute: 'expressRouteGateways', Vpn: 'vpnGateways' } as const

/** Returns Azure's ID of a gateway. */
export const gatewayId = (world: SimulatedWorld, gateway: GatewaySpec): string =>
  resourceId(world, gateway.group, gatewayTypeOf(gateway), gateway.name)

/**
 * Returns the gateway that the path names.
 * @param kind kind of a gateway in a hub; absent = the path names a gateway of a virtual network
 */
export function getGatewayOfRequestPath(
  c: ArmOperationContext,
  kind?: GatewaySpec['kind'],
): { spec: GatewaySpec; domain: RoutingDomain } {
  const type = kind ? HUB_GATEWAY_TYPES[kind] : 'virtualNetworkGateways'
  const spec = named(c, type, c.world.scenario.gateways, (gateway) => gatewayTypeOf(gateway) === type)
  const domain = c.world.topology.domainOfGateway.get(spec.name)
  if (!domain) throw createResourceNotFoundError(type, spec.name, spec.group)
  return { spec: present(c, 'gateway', type, spec, domain), domain }
}

export function getCircuitOfRequestPath(c: ArmOperationContext): { spec: CircuitSpec; domain: RoutingDomain } {
  const spec = named(c, 'expressRouteCircuits', c.world.scenario.circuits)
  const domain = c.world.topology.domainOfCircuit.get(spec.name)
  if (!domain) throw createResourceNotFoundError('expressRouteCircuits', spec.name, spec.group)
  return { spec: present(c, 'circuit', 'expressRouteCircuits', spec, domain), domain }
}

export function getConnectionOfRequestPath(c: ArmOperationContext): GatewayConnectionSpec {
  const spec = named(c, 'connections', c.world.scenario.connections)
  return present(c, 'connection', 'connections', spec, c.world.topology.domainOfGateway.get(spec.gateway))
}

export const getPortOfRequestPath = (c: ArmOperationContext): ExpressRoutePortSpec =>
  named(c, 'expressRoutePorts', c.world.scenario.ports)

export function getHubOfRequestPath(c: ArmOperationContext): { spec: VirtualHubSpec; domain: RoutingDomain } {
  const spec = named(c, 'virtualHubs', c.world.scenario.hubs)
  const domain = c.world.topology.domainOfHub.get(spec.name)
  if (!domain) throw createResourceNotFoundError('virtualHubs', spec.name, spec.group)
  return { spec: present(c, 'hub', 'virtualHubs', spec, domain), domain }
}

/**
 * Returns the hub that has a gateway with the name in the path.
 * @param kind kind of the gateway
 */
export function hubOfGateway(
  c: ArmOperationContext,
  kind: 'expressRoute' | 'vpn' | 'userVpn',
): { spec: VirtualHubSpec; domain: RoutingDomain } {
  const name = c.params.name ?? ''
  const spec = c.world.scenario.hubs
    .filter(createRequestScopeFilter(c))
    .find((hub) => same(hub[kind]?.name ?? '', name))
  const domain = spec && c.world.topology.domainOfHub.get(spec.name)
  const types = { expressRoute: 'expressRouteGateways', vpn: 'vpnGateways', userVpn: 'p2sVpnGateways' }
  if (!spec || !domain) throw createResourceNotFoundError(types[kind], name, c.params.group ?? '')
  return { spec, domain }
}

/**
 * Returns the VNet that the path names. A VNet does not belong to a single domain. Its configuration is in the state of
 * every domain, so that any domain can be used.
 */
export function getVnetOfRequestPath(c: ArmOperationContext): VnetSpec {
  const spec = named(c, 'virtualNetworks', c.world.scenario.vnets)
  return present(c, 'vnet', 'virtualNetworks', spec, c.world.topology.domains[0])
}

/** Returns the resources of a list that are in the group or subscription of the path and currently exist. */
export function listPlacedResources<T extends { readonly name: string; readonly group: string }>(
  c: ArmOperationContext,
  object: string,
  all: readonly T[],
  domainOf: (resource: T) => RoutingDomain | undefined,
): T[] {
  const here = createRequestScopeFilter(c)
  return all.filter(here).flatMap((resource) => {
    const domain = domainOf(resource)
    return (domain ? c.world.state(domain, c.at).configured(`${object}/${resource.name}`, resource) : resource) ?? []
  })
}
