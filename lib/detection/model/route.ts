import {
  type Bounds,
  type CircuitPath,
  type EpochMs,
  memberOf,
  parseMember,
  type RouteAttributes,
  type RouteChange,
} from '#lib/contract/index.ts'
import type { FoldContext } from './context.ts'

/** One row of a gateway's table: a route to a prefix. */
export interface RouteEntry extends RouteAttributes {
  /** scope of the gateway */
  gateway: string
  instance: string | null
  peer: string | null
  prefix: string
}

/** A prefix that a system route of a gateway's virtual network delivers. */
interface OwnSpace {
  /** scope of the gateway that lists it */
  gateway: string
  prefix: string
}

/** What is known of the prefixes that one poll changed: after that poll, over all gateways of the group. */
export interface RouteTable {
  /** the routes to every prefix that changed; an empty list = none is left */
  entries: Record<string, RouteEntry[]>
  /** prefixes inside another one that still has a route; the default does not count */
  covered: string[]
  /** address space that gateways list as their virtual network's own or a peered one's, each with the gateway */
  ownSpace: OwnSpace[]
  /** by gateway: when the last good poll of its learned routes began; absent = all are as new as this poll */
  readAt?: Record<string, EpochMs>
  /** of prefixes that are new or have a new origin: who reported them before this poll; absent = nobody ever did */
  past: Record<string, PastRoute>
  /** of prefixes never seen before, and of those without a route: the routes to the longest prefix that contains them; the default does not count */
  covering: Record<string, RouteEntry[]>
  /** ASNs in paths that this poll did not change; read only where it brought an ASN that detection does not remember */
  asnsElsewhere: number[]
}

/** Who reported a prefix to the group's gateways before a poll, withdrawn or not. */
export interface PastRoute {
  /** by origin ASN: when it was first seen */
  origins: Record<string, EpochMs>
  peers: string[]
}

/** A prefix that changed, with its routes before and after the poll. */
export interface ChangedPrefix {
  prefix: string
  before: RouteEntry[]
  after: RouteEntry[]
}

/** The routes after one poll, and those before it: the same with its changes undone. */
export function changedPrefixes(
  context: FoldContext,
  changes: readonly RouteChange[],
  table: RouteTable,
): ChangedPrefix[] {
  const gateway = context.mark.scope
  const byPrefix = Map.groupBy(changes, ({ prefix }) => prefix)
  return [...byPrefix].flatMap(([prefix, own]) => {
    const after = table.entries[prefix]
    if (!after) return []
    const keys = new Set(own.map(({ instance, peer }) => `${instance} ${peer}`))
    const still = after.filter((entry) => entry.gateway !== gateway || !keys.has(`${entry.instance} ${entry.peer}`))
    const undone = own.flatMap(({ instance, peer, before }) =>
      before.map((attributes): RouteEntry => ({ ...attributes, gateway, instance, peer, prefix })),
    )
    return [{ prefix, before: [...still, ...undone].filter(isExternal), after: after.filter(isExternal) }]
  })
}

/** Whether a route was learned from outside: it is neither the network's own space nor a copy from the sibling instance. */
export function isExternal({ origin }: { origin: string | null }): boolean {
  return origin === null || !/^(network|ibgp)$/i.test(origin)
}

/** The bounds of a poll's route changes: all of them lie between the same two samples. */
export function boundsOfChanges(changes: readonly RouteChange[]): Bounds {
  return {
    earliest: Math.min(...changes.map(({ between }) => between.earliest)),
    latest: Math.max(...changes.map(({ between }) => between.latest)),
  }
}

/** What carries a peer's routes: the path of a circuit where that is known, else the neighbor itself. */
export interface Carrier {
  circuit: string | null
  path: CircuitPath | null
  transport: 'er' | 'vpn' | 'other'
  name: string
}

/** The carrier behind a neighbor of a gateway; of one that went with its circuit or connection, what it was. */
export function carrierOf({ topology, scopes }: FoldContext, gateway: string, peer: string): Carrier {
  const mapping = topology.mappings.find((known) => known.gateway === gateway && known.neighbor === peer)
  const kind = topology.gateways.find(({ scope }) => scope === gateway)?.kind
  const transport = kind === 'vpn' ? 'vpn' : kind === 'expressRoute' ? 'er' : 'other'
  if (!mapping) {
    // its scope is in no group any more: what is found now is reported at the gateway, under its name
    return { circuit: null, path: null, transport, name: scopes[gateway]?.released[peer]?.circuit ?? peer }
  }
  const circuit = topology.circuits.find(({ scope }) => scope === mapping.circuit)
  return { circuit: mapping.circuit, path: mapping.path, transport, name: circuit?.name ?? mapping.circuit }
}

/** Routes as `gateway neighbor`, each once: how sets of best paths are compared. */
export function membersOf(entries: readonly RouteEntry[]): string[] {
  return [...new Set(entries.map(({ gateway, peer }) => memberOf({ gateway, neighbor: peer ?? '' })))].toSorted()
}

/** The neighbors of members. */
export const peersOf = (members: readonly string[]) => members.map((member) => parseMember(member).neighbor)
