/**
 * Routers and links of one circuit and one gateway: a customer's router and an MSEE on each path, and the gateway's
 * instances behind both. A provider's bridge lies between a customer's router and its MSEE, so that a cut can be silent
 * because both ends keep their carrier. Addresses, ASNs and announcements come from the scenario.
 */
import { getNthAddressInPrefix, type ParsedPrefix, parsePrefixWithoutHostBits } from '../prefix.ts'
import type { CustomerToMseeLink, PeerSession, ScenarioTopology } from '../topology.ts'
import type { PathName } from '../vocabulary.ts'
import type { BgpSpeaker } from './bird-config.ts'
import { runIpCommandsInNamespace, createRouterNamespace, getRouterNamespaceName } from './namespaces.ts'

export const CIRCUIT_PATH_NAMES = ['primary', 'secondary'] as const satisfies readonly PathName[]
/** The path with BFD. */
const BFD_PATH: PathName = 'primary'

/** The namespace of all links. */
export const ROUTER_LINKS_NAMESPACE = 'wires'
export const getCustomerRouterName = (path: PathName): string => `ce-${path}`
export const getMseeRouterName = (path: PathName): string => `msee-${path}`
export const getGatewayInstanceName = (n: number): string => `gw-${n}`
/**
 * Names of a router's interfaces: `WAN` leads to the other end of the circuit, and `CORE` leads to the other routers
 * inside Azure.
 */
export const WAN_INTERFACE_NAME = 'wan'
const CORE = 'core'

/**
 * Names of sessions in the routers. `TO_CUSTOMER` and `toInstance` name the sessions of an MSEE with the customer's
 * router and with a gateway instance. `toMsee` names the session of a gateway instance with an MSEE.
 */
export const MSEE_TO_CUSTOMER_SESSION_NAME = 'customer'
export const toInstance = (n: number): string => `gw_${n}`
export const toMsee = (path: PathName): string => `msee_${path}`

/** The parts of a scenario's single domain that real routers implement. */
export interface RouterNetworkPlan {
  readonly topology: ScenarioTopology
  readonly edges: Readonly<Record<PathName, CustomerToMseeLink>>
  /** Addresses of the gateway's instances. */
  readonly instances: readonly string[]
  readonly peers: readonly PeerSession[]
  /** The virtual network's first prefix, which contains the segment between MSEEs and instances. */
  readonly space: ParsedPrefix
}

/**
 * Selects the domain that real routers implement.
 * @param gatewayName a gateway of the domain; without it the scenario must have a single domain
 * @throws Error unless the domain is one circuit with private peering and one ExpressRoute gateway
 */
export function planRouterNetwork(topology: ScenarioTopology, gatewayName?: string): RouterNetworkPlan {
  const [domain, ...others] = topology.domains.filter(
    ({ gateways }) => gatewayName === undefined || gateways.some(({ name }) => name === gatewayName),
  )
  const [gateway] = domain?.gateways ?? []
  const [primary, secondary] = domain?.edges ?? []
  const space = parsePrefixWithoutHostBits(topology.vnets.get(gateway?.vnet ?? '')?.addressSpace[0] ?? '')
  if (!domain || !gateway || !primary || !secondary || !space || others.length > 0 || domain.edges.length > 2)
    throw new Error('real routers stand for one circuit with private peering and one gateway')
  return {
    topology,
    edges: { primary, secondary },
    instances: gateway.instances.map(({ address }) => address),
    peers: domain.peers.filter(({ role }) => role === 'msee'),
    space,
  }
}

/** Returns the MSEE's address towards the gateway. */
function coreAddress({ peers, edges }: RouterNetworkPlan, path: PathName): string {
  return peers.find(({ source }) => source === edges[path].key)?.neighbor ?? ''
}

export function createBgpSpeakersOfPlan(plan: RouterNetworkPlan): BgpSpeaker[] {
  const { edges, instances, peers } = plan
  const asn = peers[0]?.gateway.asn ?? 0
  const sides = CIRCUIT_PATH_NAMES.flatMap((path): BgpSpeaker[] => {
    const { ce, msee: address, peering } = edges[path]
    const bfd = path === BFD_PATH
    const core = coreAddress(plan, path)
    const towardsGateways = instances.map((instanceAddress, n) => ({
      name: toInstance(n),
      local: core,
      address: instanceAddress,
      asn,
      bfd: false,
      passes: { learnedFrom: [MSEE_TO_CUSTOMER_SESSION_NAME] },
    }))
    const towardsCustomer = {
      name: MSEE_TO_CUSTOMER_SESSION_NAME,
      local: address,
      address: ce,
      asn: peering.peerAsn,
      bfd,
      passes: { learnedFrom: towardsGateways.map(({ name }) => name) },
    }
    const uplink = { name: 'msee', local: ce, address, asn: MICROSOFT, bfd, passes: 'own' as const }
    return [
      { name: getCustomerRouterName(path), routerId: ce, asn: peering.peerAsn, neighbors: [uplink] },
      {
        name: getMseeRouterName(path),
        routerId: address,
        asn: MICROSOFT,
        neighbors: [towardsCustomer, ...towardsGateways],
      },
    ]
  })
  const gateways = instances.map(
    (address, n): BgpSpeaker => ({
      name: getGatewayInstanceName(n),
      routerId: address,
      asn,
      neighbors: CIRCUIT_PATH_NAMES.map((path) => ({
        name: toMsee(path),
        local: address,
        address: coreAddress(plan, path),
        asn: MICROSOFT,
        bfd: false,
        passes: 'own',
      })),
    }),
  )
  return [...sides, ...gateways]
}

const MICROSOFT = 12076

export const routerNames = (plan: RouterNetworkPlan): string[] => [
  ...createBgpSpeakersOfPlan(plan).map(({ name }) => name),
  ROUTER_LINKS_NAMESPACE,
]

const port = (router: string): string => `to-${router.replace('primary', '1').replace('secondary', '2')}`
const bridge = (name: string): string => `br-${name}`

interface Plug {
  readonly router: string
  readonly interface: string
  readonly address: string
  readonly bridge: string
}

function plugsOf(plan: RouterNetworkPlan): Plug[] {
  const inCore = (address: string): string => `${address}/${plan.space.length}`
  return [
    ...CIRCUIT_PATH_NAMES.flatMap((path): Plug[] => [
      {
        router: getCustomerRouterName(path),
        interface: WAN_INTERFACE_NAME,
        address: `${plan.edges[path].ce}/30`,
        bridge: bridge(path),
      },
      {
        router: getMseeRouterName(path),
        interface: WAN_INTERFACE_NAME,
        address: `${plan.edges[path].msee}/30`,
        bridge: bridge(path),
      },
      {
        router: getMseeRouterName(path),
        interface: CORE,
        address: inCore(coreAddress(plan, path)),
        bridge: bridge(CORE),
      },
    ]),
    ...plan.instances.map(
      (address, n): Plug => ({
        router: getGatewayInstanceName(n),
        interface: CORE,
        address: inCore(address),
        bridge: bridge(CORE),
      }),
    ),
  ]
}

const plugName = ({ router, interface: name }: Plug): string =>
  name === WAN_INTERFACE_NAME ? port(router) : `${port(router)}-c`

export async function buildNetwork(
  plan: RouterNetworkPlan,
  hosts: readonly { router: string; address: string }[],
): Promise<void> {
  for (const router of routerNames(plan)) await createRouterNamespace(router)
  const plugs = plugsOf(plan)
  const bridges = [...new Set(plugs.map((plug) => plug.bridge))]
  await runIpCommandsInNamespace(ROUTER_LINKS_NAMESPACE, [
    ...bridges.flatMap((name) => [`link add ${name} type bridge`, `link set ${name} up`]),
    ...plugs.flatMap((plug) => [
      `link add ${plugName(plug)} type veth peer name ${plug.interface} netns ${getRouterNamespaceName(plug.router)}`,
      `link set ${plugName(plug)} master ${plug.bridge} up`,
    ]),
  ])
  for (const plug of plugs)
    await runIpCommandsInNamespace(plug.router, [
      `addr add ${plug.address} dev ${plug.interface}`,
      `link set ${plug.interface} up`,
    ])
  for (const { router, address } of hosts) await runIpCommandsInNamespace(router, [`addr add ${address}/32 dev lo`])
}

/**
 * Stops all packets of a path without a carrier loss, by removing one side from the provider's bridge. No router
 * notices immediately.
 */
export const cutSilently = (path: PathName): Promise<void> =>
  runIpCommandsInNamespace(ROUTER_LINKS_NAMESPACE, [`link set ${port(getMseeRouterName(path))} nomaster`])

export const mendCut = (path: PathName): Promise<void> =>
  runIpCommandsInNamespace(ROUTER_LINKS_NAMESPACE, [`link set ${port(getMseeRouterName(path))} master ${bridge(path)}`])

/** Takes the carrier away at both ends. */
export const dropCarrier = (path: PathName): Promise<void> => setCarrier(path, 'down')
export const raiseCarrier = (path: PathName): Promise<void> => setCarrier(path, 'up')

function setCarrier(path: PathName, state: 'up' | 'down'): Promise<void> {
  return runIpCommandsInNamespace(
    ROUTER_LINKS_NAMESPACE,
    [getCustomerRouterName(path), getMseeRouterName(path)].map((router) => `link set ${port(router)} ${state}`),
  )
}

/** Returns an address inside a prefix, at which the customer's routers answer. */
export const getHostAddressInPrefix = (prefix: ParsedPrefix): string => getNthAddressInPrefix(prefix, 1)
