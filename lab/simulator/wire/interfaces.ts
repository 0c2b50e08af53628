/** Network interfaces of virtual machines, and the routes that Azure applies to them, in ARM's format. */
import { isEffectActiveAt } from '../effect.ts'
import { machineKey } from '../keys.ts'
import { listRoutesLearnedBySession } from '../rib.ts'
import type { NetworkInterfaceSpec, VnetSpec } from '../schema.ts'
import { type ArmOperationContext, createResourceEtag, createResourceNotFoundError, resourceId } from './context.ts'
import { ArmError } from './message.ts'
import { listPrefixesOfVnetPeering } from '../topology.ts'

const TYPE = 'networkInterfaces'

function interfaceOf(c: ArmOperationContext): { spec: NetworkInterfaceSpec; vnet: VnetSpec } {
  const name = (c.params.name ?? '').toLowerCase()
  const spec = c.world.scenario.interfaces.find((one) => one.name.toLowerCase() === name)
  const vnet = spec && c.world.topology.vnets.get(spec.vnet)
  const group = c.params.group ?? ''
  if (!spec || !vnet || vnet.group.toLowerCase() !== group.toLowerCase())
    throw createResourceNotFoundError(TYPE, c.params.name ?? '', group)
  return { spec, vnet }
}

/** Answers NetworkInterfaces_Get. */
export function answerGetNetworkInterface(c: ArmOperationContext) {
  const { world } = c
  const { spec, vnet } = interfaceOf(c)
  const id = resourceId(world, vnet.group, TYPE, spec.name)
  const machine = resourceId(world, vnet.group, 'virtualMachines', spec.machine ?? '').replace(
    '/Microsoft.Network/',
    '/Microsoft.Compute/',
  )
  return {
    name: spec.name,
    id,
    etag: createResourceEtag(world, spec.name),
    type: `Microsoft.Network/${TYPE}`,
    location: vnet.location ?? world.topology.groups.get(vnet.group)?.location ?? '',
    properties: {
      provisioningState: 'Succeeded',
      ipConfigurations: [
        {
          name: 'ipconfig1',
          id: `${id}/ipConfigurations/ipconfig1`,
          properties: {
            privateIPAddress: spec.address,
            privateIPAllocationMethod: 'Dynamic',
            subnet: { id: `${resourceId(world, vnet.group, 'virtualNetworks', vnet.name)}/subnets/${spec.subnet}` },
            primary: true,
          },
        },
      ],
      enableAcceleratedNetworking: true,
      enableIPForwarding: false,
      primary: true,
      ...(spec.machine && { virtualMachine: { id: machine } }),
    },
  }
}

interface EffectiveRoute {
  source: 'Default' | 'User' | 'VirtualNetworkGateway'
  prefix: string
  nextHopType: string
  nextHops: string[]
  /** addresses of the appliances that share the traffic of a user-defined route */
  equal?: string[]
  name?: string
}

/**
 * Prefixes that Azure drops unless there is another route to them. Source: Azure documentation, "Virtual network
 * traffic routing".
 */
const NOWHERE = ['10.0.0.0/8', '127.0.0.0/8', '100.64.0.0/10', '172.16.0.0/12', '192.168.0.0/16']
const ORDER = ['User', 'VirtualNetworkGateway', 'Default']

/**
 * Answers NetworkInterfaces_GetEffectiveRouteTable. For one prefix, a user-defined route has priority over a gateway's
 * route, and that over a system route. Routes with lower priority are Invalid. Azure refuses the request while the
 * machine does not run. The error code is invented, because Azure's is not documented.
 */
export function interfaceEffectiveRoutes(c: ArmOperationContext) {
  const { world } = c
  const { spec, vnet } = interfaceOf(c)
  const isStopped = world.timeline.effects.some(
    (effect) => effect.kind === 'stopped' && effect.key === machineKey(spec.name) && isEffectActiveAt(effect, c.at),
  )
  if (spec.machine === undefined || isStopped)
    throw new ArmError(
      400,
      'NetworkInterfaceNotAttachedToRunningVm',
      `The network interface ${spec.name} is not attached to a virtual machine that is running.`,
    )
  const routes = [...userRoutes(spec, vnet), ...gatewayRoutes(c, spec, vnet), ...systemRoutes(c, vnet)]
  const first = new Map<string, number>()
  for (const { prefix, source } of routes) {
    const place = ORDER.indexOf(source)
    first.set(prefix, Math.min(first.get(prefix) ?? place, place))
  }
  return {
    value: routes.map(({ name, source, prefix, nextHopType, nextHops, equal }) => ({
      ...(name && { name }),
      disableBgpRoutePropagation: subnetOf(spec, vnet)?.routeTable?.propagatesBgp === false,
      source,
      state: first.get(prefix) === ORDER.indexOf(source) ? 'Active' : 'Invalid',
      hasBgpOverride: false,
      addressPrefix: [prefix],
      nextHopType,
      nextHopIpAddress: nextHops,
      ...(equal && { nextHop: { nextHopIpAddresses: equal } }),
    })),
  }
}

const subnetOf = (spec: NetworkInterfaceSpec, vnet: VnetSpec) => vnet.subnets.find(({ name }) => name === spec.subnet)

const isIpv4 = (prefix: string): boolean => !prefix.includes(':')

function userRoutes(spec: NetworkInterfaceSpec, vnet: VnetSpec): EffectiveRoute[] {
  return (subnetOf(spec, vnet)?.routeTable?.routes ?? []).map(({ name, prefix, type, nextHop, nextHops }) => ({
    source: 'User',
    name,
    prefix,
    nextHopType: type,
    nextHops: nextHop === undefined ? [] : [nextHop],
    ...(nextHops && { equal: nextHops }),
  }))
}

/** Returns the currently connected peerings of a network, each with the network on the other side. */
function peered({ world, at }: ArmOperationContext, vnet: VnetSpec) {
  const [domain] = world.topology.domains
  return vnet.peerings.flatMap((one) => {
    const now = domain ? world.state(domain, at).configured(`vnet-peering/${vnet.name}/${one.name}`, one) : one
    const remote = world.topology.vnets.get(one.remote)
    return now?.state === 'Connected' && remote ? [{ peering: now, remote }] : []
  })
}

function systemRoutes(c: ArmOperationContext, vnet: VnetSpec): EffectiveRoute[] {
  const to = (nextHopType: string) => (prefix: string) => ({
    source: 'Default' as const,
    prefix,
    nextHopType,
    nextHops: [],
  })
  const placeOf = (one: VnetSpec) => one.location ?? c.world.topology.groups.get(one.group)?.location
  return [
    ...vnet.addressSpace.filter(isIpv4).map(to('VnetLocal')),
    ...peered(c, vnet).flatMap(({ peering, remote }) =>
      listPrefixesOfVnetPeering(peering, remote)
        .filter(isIpv4)
        .map(to(placeOf(remote) === placeOf(vnet) ? 'VNetPeering' : 'VNetGlobalPeering')),
    ),
    to('Internet')('0.0.0.0/0'),
    ...NOWHERE.map(to('None')),
  ]
}

/**
 * Returns the routes that the gateways of the network learned, and the routes of gateways in peered networks that the
 * network uses.
 */
function gatewayRoutes(c: ArmOperationContext, spec: NetworkInterfaceSpec, vnet: VnetSpec): EffectiveRoute[] {
  if (subnetOf(spec, vnet)?.routeTable?.propagatesBgp === false) return []
  const { world, at } = c
  const networks = new Set([
    vnet.name,
    ...peered(c, vnet).flatMap(({ peering, remote }) => (peering.useRemoteGateways ? [remote.name] : [])),
  ])
  const hops = new Map<string, Set<string>>()
  for (const gateway of world.scenario.gateways.filter((one) => networks.has(one.vnet))) {
    const domain = world.topology.domainOfGateway.get(gateway.name)
    if (!domain) continue
    const state = world.state(domain, at)
    for (const peer of domain.peers) {
      if (peer.gateway.name !== gateway.name || peer.role === 'internal') continue
      // traffic to an MSEE is sent directly to it, and traffic to the tunnel of a device is sent to the gateway's
      // instance
      const hop = peer.role === 'device' ? peer.instance : peer.neighbor
      for (const { prefix } of listRoutesLearnedBySession(state, peer).routes)
        if (prefix.family === 4) hops.set(prefix.text, (hops.get(prefix.text) ?? new Set()).add(hop))
    }
  }
  return [...hops].map(([prefix, own]) => ({
    source: 'VirtualNetworkGateway',
    prefix,
    nextHopType: 'VirtualNetworkGateway',
    nextHops: [...own].filter(isIpv4).toSorted(),
  }))
}
