import type {
  ActivityRow,
  ArpRow,
  CircuitPath,
  MseeDownReason,
  PeerRow,
  ResourceRow,
  RouteRow,
  SummaryRow,
} from '#lib/contract/index.ts'
import { GATEWAY_ASN, MSEE_ASN, type SessionState } from '#lib/bgp/index.ts'
import type { GroupTopology } from '../index.ts'
import { WorldTraffic } from './world-traffic.ts'

export const SIMULATED_DAY_START = Date.UTC(2030, 2, 4)

/** Returns the time of `10:00:30` or `10:00:30.5` on the virtual day, epoch ms. */
export function parseTimeOfSimulatedDay(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number)
  return SIMULATED_DAY_START + ((hours * 60 + minutes) * 60 + seconds) * 1_000
}

const GROUP = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network'
export const buildSimulatedArmId = (type: string, name: string) => `${GROUP}/${type}/${name}`

export interface WorldSession {
  up: boolean
  /** time when the session last came up, epoch ms */
  upSince: number
  word: SessionState
  azureWord: string
  /** whether the session reports no duration */
  mute: boolean
  messagesFrozen: bigint | null
  /** prefixes of the neighbor that this instance has not learned; absent = none */
  lacks?: Set<string>
}

export interface WorldNeighbor {
  address: string
  gateway: string
  circuit: string | null
  path: CircuitPath | null
  asn: number
  /** sessions of the neighbor by gateway instance */
  sessions: Record<string, WorldSession>
  /** announced AS paths by prefix, equal for all instances */
  routes: Map<string, number[]>
}

export interface WorldPath {
  ce: WorldSession
  downReason: MseeDownReason
  arp: 'complete' | 'incomplete' | 'empty'
  customer: string
  microsoft: string
  prefixes: () => number
}

export interface WorldCircuit {
  name: string
  provider: string
  location: string
  intent: { circuit: string; provider: string; peering: string }
  paths: Record<CircuitPath, WorldPath>
  tags: Record<string, string>
}

export interface WorldGateway {
  name: string
  kind: 'expressRoute' | 'vpn'
  instances: string[]
  /** instances without any rows */
  silent: Set<string>
  provisioningState: string
  vnets: string[]
  /** name of its virtual network; absent = `vnet-hub` */
  network?: string
}

/** Returns a MAC address that is unique for each IP address. */
const macOf = (address: string) =>
  ['02', '00', ...address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'))].join(':')

/** A small estate whose facts are set by hand. Polls read it as ARM would report it. */
export class SimulatedEstate {
  readonly circuits = new Map<string, WorldCircuit>()
  readonly gateways = new Map<string, WorldGateway>()
  readonly neighbors: WorldNeighbor[] = []
  readonly activity: ActivityRow[] = []
  readonly sites: GroupTopology['sites'] = []
  readonly policies: GroupTopology['policies'] = []
  readonly watched: string[] = []
  /** circuits of each declared customer; empty = no customers */
  readonly customers: Record<string, string[]> = {}
  readonly traffic = new WorldTraffic()
  readonly maintenance: GroupTopology['maintenance'] = []

  neighbor(address: string): WorldNeighbor {
    const found = this.neighbors.find((one) => one.address === address)
    if (!found) throw new Error(`no neighbor ${address}`)
    return found
  }

  path(circuit: string, path: CircuitPath): WorldPath {
    const found = this.circuits.get(circuit)?.paths[path]
    if (!found) throw new Error(`no path ${circuit} ${path}`)
    return found
  }

  gateway(name: string): WorldGateway {
    const found = this.gateways.get(name)
    if (!found) throw new Error(`no gateway ${name}`)
    return found
  }

  topology(): GroupTopology {
    return {
      circuits: [...this.circuits.values()].map((circuit) => ({
        scope: circuit.name,
        name: circuit.name,
        provider: circuit.provider,
        location: circuit.location,
        connectivity: 'exchange',
        bandwidthBps: 1e9,
        premium: false,
        backedUp: null,
        peerings: [
          {
            name: 'AzurePrivatePeering',
            intent: { ...circuit.intent },
            customers: { primary: circuit.paths.primary.customer, secondary: circuit.paths.secondary.customer },
          },
        ],
      })),
      gateways: [...this.gateways.values()].map(({ name, kind, provisioningState, instances }) => ({
        scope: name,
        name,
        kind,
        provisioningState,
        circuits: [
          ...new Set(this.neighbors.filter((n) => n.gateway === name).flatMap(({ circuit }) => circuit ?? [])),
        ],
        ...(kind === 'vpn' ? { activeStandby: instances.length === 1 } : {}),
      })),
      mappings: this.mappings().map((one) => ({ ...one, confidence: 'certain' as const })),
      sites: this.sites,
      policies: this.policies,
      maintenance: this.maintenance,
      watched: this.watched,
    }
  }

  /** Returns the mappings of neighbors to paths of circuits, as an operator would declare them. */
  mappings(): { gateway: string; neighbor: string; circuit: string; path: CircuitPath }[] {
    return this.neighbors.flatMap(({ address, gateway, circuit, path }) =>
      circuit && path ? [{ gateway, neighbor: address, circuit, path }] : [],
    )
  }

  connections(): { gateway: string; circuit: string }[] {
    const pairs = this.neighbors.flatMap(({ gateway, circuit }) => (circuit ? [`${gateway} ${circuit}`] : []))
    return [...new Set(pairs)].map((pair) => {
      const [gateway = '', circuit = ''] = pair.split(' ')
      return { gateway, circuit }
    })
  }

  peers(gateway: string, at: number): PeerRow[] {
    const { silent } = this.gateway(gateway)
    return this.neighbors
      .filter((neighbor) => neighbor.gateway === gateway)
      .flatMap((neighbor) =>
        Object.entries(neighbor.sessions)
          .filter(([instance]) => !silent.has(instance))
          .map(([instance, session]): PeerRow => {
            const age = at - session.upSince
            const messages = session.messagesFrozen ?? BigInt(Math.floor(age / 60_000) + 2)
            return {
              localAddress: instance,
              neighbor: neighbor.address,
              asn: neighbor.asn,
              state: session.up ? 'established' : session.word,
              azureState: session.up ? 'Connected' : session.azureWord,
              connectedDurationMs: session.up && !session.mute ? age : null,
              routesReceived: session.up ? neighbor.routes.size : null,
              messagesSent: session.up ? messages : 1n,
              messagesReceived: session.up ? messages : 2n,
            }
          }),
      )
  }

  summary(circuit: string, path: CircuitPath, at: number): SummaryRow[] {
    const { ce, downReason, customer, prefixes } = this.path(circuit, path)
    const age = Math.floor((at - ce.upSince) / 1_000) * 1_000
    return [
      {
        neighbor: customer,
        asn: 65001,
        state: ce.up ? 'established' : ce.word,
        azureState: ce.up ? 'Established' : ce.azureWord,
        downReason: ce.up ? null : downReason,
        prefixesReceived: ce.up ? prefixes() : null,
        upDown: { ms: age, unitMs: 1_000 },
      },
    ]
  }

  arp(circuit: string, path: CircuitPath): ArpRow[] {
    const { arp, customer, microsoft } = this.path(circuit, path)
    if (arp === 'empty') return []
    return [
      {
        ageMinutes: 3,
        interface: 'On-Prem',
        ipAddress: customer,
        macAddress: arp === 'complete' ? macOf(customer) : null,
      },
      { ageMinutes: 0, interface: 'Microsoft', ipAddress: microsoft, macAddress: '00:00:5e:00:53:02' },
    ]
  }

  learned(gateway: string): RouteRow[] {
    const { instances, silent, vnets } = this.gateway(gateway)
    return instances
      .filter((instance) => !silent.has(instance))
      .flatMap((instance) => [
        ...vnets.map((prefix) => row(instance, prefix, null, 'Network', [])),
        ...this.neighbors
          .filter((n) => n.gateway === gateway && n.asn !== GATEWAY_ASN && n.sessions[instance]?.up)
          .flatMap(({ address, asn, routes, sessions }) =>
            [...routes]
              .filter(([prefix]) => !sessions[instance]?.lacks?.has(prefix))
              .map(([prefix, asPath]) =>
                row(instance, prefix, address, 'EBgp', asn === MSEE_ASN ? [MSEE_ASN, ...asPath] : asPath),
              ),
          ),
      ])
  }

  /**
   * Returns the routes that the customer's router announced on one path, which are all rows of the MSEE's table except
   * Azure's own.
   */
  table(circuit: string, path: CircuitPath): RouteRow[] {
    const { customer, ce } = this.path(circuit, path)
    const announced = this.neighbors.find((neighbor) => neighbor.circuit === circuit && neighbor.path === path)
    if (!ce.up || !announced) return []
    return [...announced.routes].map(([prefix, asPath]) => ({
      ...row('', prefix, null, '', asPath),
      instance: null,
      nextHop: customer,
      origin: null,
    }))
  }

  resources(): ResourceRow[] {
    const base = { subscriptionId: 's', resourceGroup: 'g', location: 'westeurope' }
    return [
      ...[...this.circuits.values()].map(({ name, intent, tags, provider, location, paths }) => ({
        ...base,
        resourceId: buildSimulatedArmId('expressRouteCircuits', name),
        type: 'microsoft.network/expressroutecircuits',
        name,
        config: {
          circuitProvisioningState: intent.circuit,
          serviceProviderProvisioningState: intent.provider,
          serviceProviderProperties: {
            serviceProviderName: provider,
            peeringLocation: location,
            bandwidthInMbps: 1000,
          },
          peerings: [
            {
              name: 'AzurePrivatePeering',
              state: intent.peering,
              primaryPeerAddressPrefix: linkOf(paths.primary.customer),
              secondaryPeerAddressPrefix: linkOf(paths.secondary.customer),
              lastModifiedBy: 'Customer',
            },
          ],
          tags,
        },
      })),
      ...this.connections().map(({ gateway, circuit }) => ({
        ...base,
        resourceId: buildSimulatedArmId('connections', `${gateway}-${circuit}`),
        type: 'microsoft.network/connections',
        name: `${gateway}-${circuit}`,
        config: {
          virtualNetworkGateway1: { id: buildSimulatedArmId('virtualNetworkGateways', gateway) },
          peer: { id: buildSimulatedArmId('expressRouteCircuits', circuit) },
          routingWeight: 0,
        },
      })),
      ...[...this.gateways.values()].map(({ name, kind, provisioningState, instances, network = 'vnet-hub' }) => ({
        ...base,
        resourceId: buildSimulatedArmId('virtualNetworkGateways', name),
        type: 'microsoft.network/virtualnetworkgateways',
        name,
        config: {
          provisioningState,
          gatewayType: kind === 'vpn' ? 'Vpn' : 'ExpressRoute',
          activeActive: instances.length > 1,
          ipConfigurations: [
            { subnet: { id: `${buildSimulatedArmId('virtualNetworks', network)}/subnets/GatewaySubnet` } },
          ],
        },
      })),
    ]
  }
}

/** Returns the link subnet in which the customer's router has the first host address. */
function linkOf(customer: string): string {
  const [a, b, c, d] = customer.split('.').map(Number)
  return `${a}.${b}.${c}.${(d ?? 1) - 1}/30`
}

function row(instance: string, prefix: string, peer: string | null, origin: string, asPath: number[]): RouteRow {
  return { instance, prefix, nextHop: peer, peer, origin, asPath, weight: 32769, localPref: null }
}
