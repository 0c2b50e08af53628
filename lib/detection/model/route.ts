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
  /** scope of the gateway whose table contains the row */
  gateway: string
  instance: string | null
  peer: string | null
  prefix: string
}

/** A prefix of a gateway's virtual network, which system routes deliver. */
interface OwnSpace {
  /** scope of the gateway that lists it */
  gateway: string
  prefix: string
}

/** Data about the prefixes that one poll changed, after that poll and over all gateways of the group. */
export interface RouteTable {
  /** routes to every changed prefix; an empty list = no route is left */
  entries: Record<string, RouteEntry[]>
  /** prefixes inside another prefix that still has a route; a default route does not count */
  covered: string[]
  /** address space that gateways list as part of their own virtual network or of a peered network, with the gateway */
  ownSpace: OwnSpace[]
  /** begin of the last good poll of learned routes by gateway; absent = all tables are as new as this poll */
  readAt?: Record<string, EpochMs>
  /** earlier origins and peers of prefixes that are new or have a new origin; absent = never reported before */
  past: Record<string, PastRoute>
  /**
   * routes to the longest prefix that contains a new prefix or a prefix without a route; a default route does not count
   */
  covering: Record<string, RouteEntry[]>
  /** ASNs in paths that this poll did not change; only read if the poll has an ASN that detection does not remember */
  asnsElsewhere: number[]
}

/** The origins and peers of a prefix at the group's gateways before a poll, including withdrawn routes. */
export interface PastRoute {
  /** time when each origin ASN was first seen */
  origins: Record<string, EpochMs>
  peers: string[]
}

/** A prefix that changed, with its routes before and after the poll. */
export interface ChangedPrefix {
  prefix: string
  before: RouteEntry[]
  after: RouteEntry[]
}

/**
 * Returns changed prefixes with the routes after a poll and the routes before it, which are computed by reverting the
 * changes.
 */
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

/**
 * Reports whether a route was learned from an external neighbor, and is neither the network's own space nor a copy from
 * the sibling instance.
 */
export function isExternal({ origin }: { origin: string | null }): boolean {
  return origin === null || !/^(network|ibgp)$/i.test(origin)
}

/** Returns the bounds of a poll's route changes, which all lie between the same two samples. */
export function boundsOfChanges(changes: readonly RouteChange[]): Bounds {
  return {
    earliest: Math.min(...changes.map(({ between }) => between.earliest)),
    latest: Math.max(...changes.map(({ between }) => between.latest)),
  }
}

/** The carrier of a peer's routes: the path of a circuit if it is known, otherwise the neighbor itself. */
export interface Carrier {
  circuit: string | null
  path: CircuitPath | null
  transport: 'er' | 'vpn' | 'other'
  name: string
}

/**
 * Returns the carrier behind a neighbor of a gateway. For a neighbor that was released with its circuit or connection,
 * the name of that circuit is used.
 */
export function carrierOf({ topology, scopes }: FoldContext, gateway: string, peer: string): Carrier {
  const mapping = topology.mappings.find((known) => known.gateway === gateway && known.neighbor === peer)
  const kind = topology.gateways.find(({ scope }) => scope === gateway)?.kind
  const transport = kind === 'vpn' ? 'vpn' : kind === 'expressRoute' ? 'er' : 'other'
  if (!mapping) {
    // the circuit is no longer in any group, so that findings are reported at the gateway, with the circuit's name
    return { circuit: null, path: null, transport, name: scopes[gateway]?.released[peer]?.circuit ?? peer }
  }
  const circuit = topology.circuits.find(({ scope }) => scope === mapping.circuit)
  return { circuit: mapping.circuit, path: mapping.path, transport, name: circuit?.name ?? mapping.circuit }
}

/** Returns routes as sorted, unique `gateway neighbor` texts, so that sets of best paths can be compared. */
export function membersOf(entries: readonly RouteEntry[]): string[] {
  return [...new Set(entries.map(({ gateway, peer }) => memberOf({ gateway, neighbor: peer ?? '' })))].toSorted()
}

/** Returns the neighbors of members (`gateway neighbor` texts). */
export const peersOf = (members: readonly string[]) => members.map((member) => parseMember(member).neighbor)
