/**
 * Route Servers with their BGP connections and route tables, in ARM's format (VirtualHubs, VirtualHubBgpConnections).
 */
import { isEffectActiveAt } from '../effect.ts'
import { routeServerKey } from '../keys.ts'
import type { RouteServerSpec } from '../schema.ts'
import { expandPrefixSets } from '../topology.ts'
import type { SimulatedWorld } from '../world.ts'
import {
  type ArmOperationContext,
  createResourceEtag,
  createResourceNotFoundError,
  createRequestScopeFilter,
  resourceId,
} from './context.ts'

type Peer = RouteServerSpec['peers'][number]

const idOf = (world: SimulatedWorld, { group, name }: RouteServerSpec): string =>
  resourceId(world, group, 'virtualHubs', name)

/** Returns the Route Server that the path names; undefined if the path names a hub, or an unknown resource. */
export function findRouteServerOfRequestPath(c: ArmOperationContext): RouteServerSpec | undefined {
  const name = (c.params.name ?? '').toLowerCase()
  return c.world.scenario.routeServers
    .filter(createRequestScopeFilter(c))
    .find((one) => one.name.toLowerCase() === name)
}

function body(c: ArmOperationContext, server: RouteServerSpec) {
  const { world } = c
  const vnet = world.topology.vnets.get(server.vnet)
  return {
    name: server.name,
    id: idOf(world, server),
    etag: createResourceEtag(world, server.name),
    type: 'Microsoft.Network/virtualHubs',
    location: server.location ?? world.topology.groups.get(server.group)?.location ?? '',
    tags: server.tags,
    kind: 'RouteServer',
    properties: {
      provisioningState: server.provisioningState,
      sku: 'Standard',
      routingState: 'Provisioned',
      virtualRouterAsn: server.asn,
      virtualRouterIps: server.addresses,
      allowBranchToBranchTraffic: server.branchToBranch,
      hubRoutingPreference: server.preference,
      virtualRouterAutoScaleConfiguration: { minCapacity: 2 },
      bgpConnections: server.peers.map(({ name }) => ({ id: `${idOf(world, server)}/bgpConnections/${name}` })),
      routeMaps: server.routeMaps.map(({ name }) => ({ id: `${idOf(world, server)}/routeMaps/${name}` })),
      ipConfigurations: [
        {
          name: 'ipconfig1',
          properties: {
            subnet: vnet
              ? { id: `${resourceId(world, vnet.group, 'virtualNetworks', vnet.name)}/subnets/RouteServerSubnet` }
              : null,
          },
        },
      ],
    },
  }
}

export const listRouteServers = (c: ArmOperationContext) =>
  c.world.scenario.routeServers.filter(createRequestScopeFilter(c)).map((server) => body(c, server))

export const routeServerBody = body

/** Answers RouteMaps_List for a Route Server. */
export const routeServerMaps = ({ world }: ArmOperationContext, server: RouteServerSpec) =>
  server.routeMaps.map(({ name, inbound }) => ({
    name,
    id: `${idOf(world, server)}/routeMaps/${name}`,
    etag: createResourceEtag(world, name),
    type: 'Microsoft.Network/virtualHubs/routeMaps',
    properties: {
      provisioningState: 'Succeeded',
      associatedInboundConnections: inbound.map((peer) => `${idOf(world, server)}/bgpConnections/${peer}`),
      associatedOutboundConnections: [],
      rules: [
        { name: 'tag', matchCriteria: [], actions: [{ type: 'Add', parameters: [] }], nextStepIfMatched: 'Continue' },
      ],
    },
  }))

const wordOf = ({ world, at }: ArmOperationContext, server: RouteServerSpec, peer: Peer): string =>
  getRouteServerPeerState(world, server, peer, at)

/** Returns ARM's word for the state of a peer at a moment. */
export function getRouteServerPeerState(
  world: SimulatedWorld,
  server: RouteServerSpec,
  peer: Peer,
  at: number,
): string {
  const key = routeServerKey(server.name, peer.name)
  const loss = world.timeline.effects.find((e) => e.kind === 'session' && e.key === key && isEffectActiveAt(e, at))
  return loss?.kind === 'session' ? loss.word : 'Connected'
}

export const routeServerPeers = (c: ArmOperationContext, server: RouteServerSpec) =>
  server.peers.map((peer) => ({
    name: peer.name,
    id: `${idOf(c.world, server)}/bgpConnections/${peer.name}`,
    etag: createResourceEtag(c.world, peer.name),
    properties: {
      connectionState: wordOf(c, server, peer),
      peerAsn: peer.asn,
      peerIp: peer.address,
      provisioningState: 'Succeeded',
    },
  }))

function peerOf(c: ArmOperationContext): { server: RouteServerSpec; peer: Peer } {
  const server = findRouteServerOfRequestPath(c)
  const wanted = (c.params.peer ?? '').toLowerCase()
  const peer = server?.peers.find(({ name }) => name.toLowerCase() === wanted)
  if (!server || !peer)
    throw createResourceNotFoundError(
      `virtualHubs/${c.params.name}/bgpConnections`,
      c.params.peer ?? '',
      c.params.group ?? '',
    )
  return { server, peer }
}

interface Row {
  readonly network: string
  readonly nextHop: string
  /** absent for advertised routes in recordings */
  readonly sourcePeer?: string
  readonly origin: string
  readonly asPath: string
  readonly weight: number
}

/**
 * Returns a table for each instance, which is empty if the session is down.
 * @param addresses addresses of the instances
 */
export const createRouteTablePerInstance = (
  addresses: readonly string[],
  isUp: boolean,
  rows: (address: string) => readonly Row[],
) =>
  Object.fromEntries(
    addresses.map((localAddress, n) => [
      `RouteServiceRole_IN_${n}`,
      isUp ? rows(localAddress).map((row) => ({ localAddress, ...row })) : [],
    ]),
  )

/** Answers VirtualHubBgpConnections_ListLearnedRoutes. */
export function peerLearnedRoutes(c: ArmOperationContext) {
  const { server, peer } = peerOf(c)
  return createRouteTablePerInstance(server.addresses, wordOf(c, server, peer) === 'Connected', () =>
    expandPrefixSets(peer.prefixes).map(({ text }) => ({
      network: text,
      nextHop: peer.address,
      sourcePeer: peer.address,
      origin: 'EBgp',
      asPath: String(peer.asn),
      weight: 32768,
    })),
  )
}

/**
 * Answers VirtualHubBgpConnections_ListAdvertisedRoutes: the address space of its network and of networks peered with
 * it, and with branch-to-branch the prefixes that the other peers announce.
 */
export function peerAdvertisedRoutes(c: ArmOperationContext) {
  const { server, peer } = peerOf(c)
  const vnet = c.world.topology.vnets.get(server.vnet)
  const peered = (vnet?.peerings ?? []).flatMap(({ remote }) => c.world.topology.vnets.get(remote) ?? [])
  const spaces = [vnet, ...peered].flatMap((one) => one?.addressSpace ?? []).filter((text) => !text.includes(':'))
  const others = server.branchToBranch
    ? server.peers.filter((one) => one !== peer && wordOf(c, server, one) === 'Connected')
    : []
  const isRecorded = c.memory.profile.form === 'recorded'
  const announced = (network: string, address: string, from: Peer | null): Row => {
    const by = isRecorded ? address : (from?.address ?? address)
    return {
      network,
      nextHop: by,
      ...(!isRecorded && { sourcePeer: by }),
      origin: from && !isRecorded ? 'EBgp' : 'Igp',
      asPath: from ? `${server.asn}-${from.asn}` : String(server.asn),
      weight: 0,
    }
  }
  return createRouteTablePerInstance(server.addresses, wordOf(c, server, peer) === 'Connected', (address) => [
    ...spaces.map((network) => announced(network, address, null)),
    ...others.flatMap((one) => expandPrefixSets(one.prefixes).map(({ text }) => announced(text, address, one))),
  ])
}
