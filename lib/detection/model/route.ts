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

/** One row by which a gateway reaches a prefix. */
export interface RouteEntry extends RouteAttributes {
  /** scope of the gateway */
  gateway: string
  instance: string | null
  peer: string | null
  prefix: string
}

/** What is known of the prefixes that one poll moved, after that poll and over all gateways of the group. */
export interface RouteTable {
  /** every prefix that moved; without any path left it has an empty list */
  entries: Record<string, RouteEntry[]>
  /** prefixes that lie inside another one, not the default, that still has a path */
  covered: string[]
  /** address space of the virtual networks */
  ownSpace: string[]
  /** of prefixes that appeared or have another origin: what was reported them before this poll; absent = never seen */
  past: Record<string, PastRoute>
  /** of prefixes never seen before: the paths to the longest prefix that holds them, the default apart */
  covering: Record<string, RouteEntry[]>
  /** ASNs in paths that this poll did not touch; asked only where it brought one that detection does not remember */
  asnsElsewhere: number[]
}

/** What was reported a prefix before a poll, by any peer of the group's gateways, gone or not. */
export interface PastRoute {
  /** by origin ASN: when it was first seen */
  origins: Record<string, EpochMs>
  peers: string[]
}

/** A prefix that moved, with its paths on both sides of the poll. */
export interface ChangedPrefix {
  prefix: string
  before: RouteEntry[]
  after: RouteEntry[]
}

/** Both sides of one poll: what is now, and what the changes undo. */
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

/** Learned from outside: neither the network's own space nor the sibling instance's copy. */
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

/** What carries a peer's routes: the path of a circuit where that is known, else the gateway's own neighbor. */
export interface Carrier {
  circuit: string | null
  path: CircuitPath | null
  transport: 'er' | 'vpn' | 'other'
  name: string
}

/** What a neighbor of a gateway is: a path of a circuit where its mapping is known, else itself. */
export function carrierOf({ topology }: FoldContext, gateway: string, peer: string): Carrier {
  const mapping = topology.mappings.find((known) => known.gateway === gateway && known.neighbor === peer)
  const kind = topology.gateways.find(({ scope }) => scope === gateway)?.kind
  const transport = kind === 'vpn' ? 'vpn' : kind === 'expressRoute' ? 'er' : 'other'
  if (!mapping) return { circuit: null, path: null, transport, name: peer }
  const circuit = topology.circuits.find(({ scope }) => scope === mapping.circuit)
  return { circuit: mapping.circuit, path: mapping.path, transport, name: circuit?.name ?? mapping.circuit }
}

/** What stands for paths when they are compared: `gateway neighbor`, each once. */
export function membersOf(entries: readonly RouteEntry[]): string[] {
  return [...new Set(entries.map(({ gateway, peer }) => memberOf({ gateway, neighbor: peer ?? '' })))].toSorted()
}

/** The neighbors of members. */
export const peersOf = (members: readonly string[]) => members.map((member) => parseMember(member).neighbor)
