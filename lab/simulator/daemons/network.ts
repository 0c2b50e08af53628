/**
 * Routers and links of one circuit and one gateway: a customer's router and an MSEE on each path, and the gateway's
 * instances behind both. A provider's bridge lies between a customer's router and its MSEE, so that a cut can be silent
 * because both ends keep their carrier. Addresses, ASNs and announcements come from the scenario.
 */
import { hostOf, type Prefix, parsePrefix } from '../prefix.ts'
import type { Edge, PeerSession, Topology } from '../topology.ts'
import type { PathName } from '../vocabulary.ts'
import type { Speaker } from './bird-config.ts'
import { ipIn, makeNamespace, namespaceOf } from './namespaces.ts'

export const PATHS = ['primary', 'secondary'] as const satisfies readonly PathName[]
/** The path with BFD. */
const BFD_PATH: PathName = 'primary'

/** The namespace of all links. */
export const WIRES = 'wires'
export const customer = (path: PathName): string => `ce-${path}`
export const msee = (path: PathName): string => `msee-${path}`
export const instance = (n: number): string => `gw-${n}`
/**
 * Names of a router's interfaces: `WAN` leads to the other end of the circuit, and `CORE` leads to the other routers
 * inside Azure.
 */
export const WAN = 'wan'
const CORE = 'core'

/**
 * Names of sessions in the routers. `TO_CUSTOMER` and `toInstance` name the sessions of an MSEE with the customer's
 * router and with a gateway instance. `toMsee` names the session of a gateway instance with an MSEE.
 */
export const TO_CUSTOMER = 'customer'
export const toInstance = (n: number): string => `gw_${n}`
export const toMsee = (path: PathName): string => `msee_${path}`

/** The parts of a scenario's single domain that real routers implement. */
export interface Plan {
  readonly topology: Topology
  readonly edges: Readonly<Record<PathName, Edge>>
  /** Addresses of the gateway's instances. */
  readonly instances: readonly string[]
  readonly peers: readonly PeerSession[]
  /** The virtual network's first prefix, which contains the segment between MSEEs and instances. */
  readonly space: Prefix
}

/**
 * Selects the domain that real routers implement.
 * @param gatewayName a gateway of the domain; without it the scenario must have a single domain
 * @throws Error unless the domain is one circuit with private peering and one ExpressRoute gateway
 */
export function planOf(topology: Topology, gatewayName?: string): Plan {
  const [domain, ...others] = topology.domains.filter(
    ({ gateways }) => gatewayName === undefined || gateways.some(({ name }) => name === gatewayName),
  )
  const [gateway] = domain?.gateways ?? []
  const [primary, secondary] = domain?.edges ?? []
  const space = parsePrefix(topology.vnets.get(gateway?.vnet ?? '')?.addressSpace[0] ?? '')
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
function coreAddress({ peers, edges }: Plan, path: PathName): string {
  return peers.find(({ source }) => source === edges[path].key)?.neighbor ?? ''
}

export function speakersOf(plan: Plan): Speaker[] {
  const { edges, instances, peers } = plan
  const asn = peers[0]?.gateway.asn ?? 0
  const sides = PATHS.flatMap((path): Speaker[] => {
    const { ce, msee: address, peering } = edges[path]
    const bfd = path === BFD_PATH
    const core = coreAddress(plan, path)
    const towardsGateways = instances.map((instanceAddress, n) => ({
      name: toInstance(n),
      local: core,
      address: instanceAddress,
      asn,
      bfd: false,
      passes: { learnedFrom: [TO_CUSTOMER] },
    }))
    const towardsCustomer = {
      name: TO_CUSTOMER,
      local: address,
      address: ce,
      asn: peering.peerAsn,
      bfd,
      passes: { learnedFrom: towardsGateways.map(({ name }) => name) },
    }
    const uplink = { name: 'msee', local: ce, address, asn: MICROSOFT, bfd, passes: 'own' as const }
    return [
      { name: customer(path), routerId: ce, asn: peering.peerAsn, neighbors: [uplink] },
      { name: msee(path), routerId: address, asn: MICROSOFT, neighbors: [towardsCustomer, ...towardsGateways] },
    ]
  })
  const gateways = instances.map(
    (address, n): Speaker => ({
      name: instance(n),
      routerId: address,
      asn,
      neighbors: PATHS.map((path) => ({
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

export const routerNames = (plan: Plan): string[] => [...speakersOf(plan).map(({ name }) => name), WIRES]

const port = (router: string): string => `to-${router.replace('primary', '1').replace('secondary', '2')}`
const bridge = (name: string): string => `br-${name}`

interface Plug {
  readonly router: string
  readonly interface: string
  readonly address: string
  readonly bridge: string
}

function plugsOf(plan: Plan): Plug[] {
  const inCore = (address: string): string => `${address}/${plan.space.length}`
  return [
    ...PATHS.flatMap((path): Plug[] => [
      { router: customer(path), interface: WAN, address: `${plan.edges[path].ce}/30`, bridge: bridge(path) },
      { router: msee(path), interface: WAN, address: `${plan.edges[path].msee}/30`, bridge: bridge(path) },
      { router: msee(path), interface: CORE, address: inCore(coreAddress(plan, path)), bridge: bridge(CORE) },
    ]),
    ...plan.instances.map(
      (address, n): Plug => ({ router: instance(n), interface: CORE, address: inCore(address), bridge: bridge(CORE) }),
    ),
  ]
}

const plugName = ({ router, interface: name }: Plug): string => (name === WAN ? port(router) : `${port(router)}-c`)

export async function buildNetwork(plan: Plan, hosts: readonly { router: string; address: string }[]): Promise<void> {
  for (const router of routerNames(plan)) await makeNamespace(router)
  const plugs = plugsOf(plan)
  const bridges = [...new Set(plugs.map((plug) => plug.bridge))]
  await ipIn(WIRES, [
    ...bridges.flatMap((name) => [`link add ${name} type bridge`, `link set ${name} up`]),
    ...plugs.flatMap((plug) => [
      `link add ${plugName(plug)} type veth peer name ${plug.interface} netns ${namespaceOf(plug.router)}`,
      `link set ${plugName(plug)} master ${plug.bridge} up`,
    ]),
  ])
  for (const plug of plugs)
    await ipIn(plug.router, [`addr add ${plug.address} dev ${plug.interface}`, `link set ${plug.interface} up`])
  for (const { router, address } of hosts) await ipIn(router, [`addr add ${address}/32 dev lo`])
}

/**
 * Stops all packets of a path without a carrier loss, by removing one side from the provider's bridge. No router
 * notices immediately.
 */
export const cutSilently = (path: PathName): Promise<void> => ipIn(WIRES, [`link set ${port(msee(path))} nomaster`])

export const mendCut = (path: PathName): Promise<void> =>
  ipIn(WIRES, [`link set ${port(msee(path))} master ${bridge(path)}`])

/** Takes the carrier away at both ends. */
export const dropCarrier = (path: PathName): Promise<void> => setCarrier(path, 'down')
export const raiseCarrier = (path: PathName): Promise<void> => setCarrier(path, 'up')

function setCarrier(path: PathName, state: 'up' | 'down'): Promise<void> {
  return ipIn(
    WIRES,
    [customer(path), msee(path)].map((router) => `link set ${port(router)} ${state}`),
  )
}

/** Returns an address inside a prefix, at which the customer's routers answer. */
export const hostIn = (prefix: Prefix): string => hostOf(prefix, 1)
