import { type AsPath, GATEWAY_ASN, MSEE_ASN, originAsn, dropLeadingAsns } from '#lib/bgp/index.ts'
import type { Bounds, RouteAttributes, RouteChange } from '#lib/contract/index.ts'
import { type FoldContext, scopeOf } from '../../../model/context.ts'
import { boundsOfChanges, carrierOf, type ChangedPrefix, type RouteEntry } from '../../../model/route.ts'

/**
 * The routes of one neighbor of the polled gateway to one prefix, before and after a poll, from all instances together.
 */
export interface PeerRoutes {
  prefix: string
  peer: string
  before: RouteEntry[]
  after: RouteEntry[]
}

/** Returns the routes of each neighbor of the polled gateway that reports or reported a prefix. */
export function routesByPeer({ mark }: FoldContext, { prefix, before, after }: ChangedPrefix): PeerRoutes[] {
  const own = (entries: readonly RouteEntry[]) =>
    entries.filter(({ gateway, peer }) => gateway === mark.scope && peer !== null)
  const peers = new Set([...own(before), ...own(after)].map(({ peer }) => peer ?? ''))
  return [...peers].toSorted().map((peer) => ({
    prefix,
    peer,
    before: own(before).filter((entry) => entry.peer === peer),
    after: own(after).filter((entry) => entry.peer === peer),
  }))
}

/**
 * Formats route attributes as one text that is independent of the order of instances and of equal paths, for
 * comparisons.
 */
export function attributesOf(entries: readonly RouteAttributes[]): string {
  const texts = entries.map(({ nextHop, asPath, asPathText, origin, weight, localPref }) =>
    JSON.stringify([nextHop, asPath, origin, weight, localPref, ...(asPathText === undefined ? [] : [asPathText])]),
  )
  return [...new Set(texts)].toSorted().join('\n')
}

/** Returns the customer's part of an AS path, without Azure's own leading ASNs. */
export const customerPath = (path: AsPath): number[] => withoutAzure(path).asPath

/** Returns the origin ASN of a route on the customer's side; null if its AS path contains only Azure's ASNs. */
export const originOf = (path: AsPath): number | null => originAsn(withoutAzure(path))

const withoutAzure = (path: AsPath) => dropLeadingAsns(path, (asn) => asn === MSEE_ASN || asn === GATEWAY_ASN)

export const betweenOf = (changes: readonly RouteChange[], prefixes: ReadonlySet<string>): Bounds =>
  boundsOfChanges(changes.filter(({ prefix }) => prefixes.has(prefix)))

/** Returns the scope of an event about a neighbor's routes: the neighbor's circuit if known, otherwise the gateway. */
export const scopeOfPeer = (context: FoldContext, peer: string) =>
  carrierOf(context, context.mark.scope, peer).circuit ?? context.mark.scope

/** Formats a list of prefixes, for example `10.10.5.0/24` or `10.10.5.0/24 and 11 more`. */
export function labelOf(prefixes: readonly string[]): string {
  const [first = '', ...more] = prefixes
  return more.length > 0 ? `${first} and ${more.length} more` : first
}

/**
 * Number of poll intervals after a session came up during which its first table may still arrive
 * (docs/rules/detection.md 6.3).
 */
const DUMP_POLLS = 2

/** Reports whether a route change belongs to the first table that a session sends after it came up. */
export function isInitialDump(context: FoldContext, { instance, peer, between }: RouteChange): boolean {
  const since = between.earliest - DUMP_POLLS * (between.latest - between.earliest)
  return Object.values(scopeOf(context, context.mark.scope).sessions).some(
    (fact) =>
      fact.subresource === '' &&
      fact.neighbor === peer &&
      (instance === null || fact.localAddress === instance) &&
      fact.level === 'up' &&
      fact.since.latest >= since,
  )
}
