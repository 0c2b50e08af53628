import { createChangeEvidence } from '../../../model/create-event.ts'
import { doesPrefixContainPrefix, formatAsPath, isPublicAsn, parsePrefix } from '#lib/bgp/index.ts'
import { type EpochMs, type RouteChange, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { closeEvent } from '../../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents, ensureResourceState } from '../../../model/context.ts'
import { putRouteEvent } from './route-event.ts'
import {
  findNeighborCarryingPath,
  isLearnedFromExternalNeighbor,
  type PrefixWithRoutesBeforeAndAfter,
  type RoutesOfChangedPrefixes,
} from '../../../model/route.ts'
import {
  computePrefixChangeBounds,
  getCustomerAsPath,
  formatPrefixList,
  getCustomerOriginAsn,
  getPeerEventResourceId,
  type PrefixRoutesOfPeer,
  groupRoutesByPeer,
} from './peer-routes.ts'

/**
 * Maximum number of known ASNs stored for a gateway; a private network has some dozens. Further new ASNs are not
 * stored.
 */
const REMEMBERED_ASNS = 2_000

/** Records every ASN of the first table as known, so that no later rule reports it as unexpected. */
export function recordKnownAsnsOfFirstTable(context: DetectionContext, changes: readonly RouteChange[]): void {
  remember(context, collectCustomerAsns(changes, 'after'), INSTANT_BEFORE_MONITORING)
}

interface Found {
  prefix: string
  peer: string
  asns: number[]
  why: 'never seen' | 'public between private' | 'through another site'
}

/**
 * Raises unexpected_transit for the AS path of an external route in three cases (docs/rules/detection.md 3.3):
 * - It contains an ASN that is not known yet from this gateway's paths.
 * - It contains public ASNs between private ASNs.
 * - It is announced for a prefix of a declared site, for the first time through another circuit than the site's home,
 * and its first ASN differs from the origin.
 */
export function detectUnexpectedTransit(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: RoutesOfChangedPrefixes,
): void {
  clear(context, changes, moved)
  const known = knownAsns(context, changes, table)
  const found = moved
    .flatMap((one) => groupRoutesByPeer(context, one))
    .flatMap((reported) => judge(context, reported, known, table))
  for (const all of Map.groupBy(found, ({ peer }) => getPeerEventResourceId(context, peer)).values())
    raise(context, all, changes)
  remember(context, collectCustomerAsns(changes, 'before'), INSTANT_BEFORE_MONITORING)
  remember(context, collectCustomerAsns(changes, 'after'), context.mark.startedAt)
}

/**
 * Returns the ASNs that are known from a gateway's AS paths. A new ASN counts as known only after a week, because it
 * may come from a route leak.
 */
function knownAsns(
  context: DetectionContext,
  changes: readonly RouteChange[],
  table: RoutesOfChangedPrefixes,
): Set<number> {
  const since = context.mark.startedAt - context.settings['origin.learned']
  const remembered = Object.entries(ensureResourceState(context, context.mark.scope).asns)
  return new Set([
    ...remembered.flatMap(([asn, firstSeen]) => (firstSeen <= since ? [Number(asn)] : [])),
    ...table.asnsElsewhere,
    ...collectCustomerAsns(changes, 'before'),
  ])
}

function judge(
  context: DetectionContext,
  reported: PrefixRoutesOfPeer,
  known: ReadonlySet<number>,
  table: RoutesOfChangedPrefixes,
): Found[] {
  const { prefix, peer } = reported
  const had = new Set(reported.before.map(formatAsPath))
  for (const entry of reported.after.filter(isLearnedFromExternalNeighbor)) {
    if (had.has(formatAsPath(entry))) continue
    const path = getCustomerAsPath(entry)
    const never = [...new Set(path.filter((asn) => !known.has(asn)))]
    if (never.length > 0) return [{ prefix, peer, asns: never, why: 'never seen' }]
    const between = findPublicAsnsBetweenPrivate(path)
    if (between.length > 0) return [{ prefix, peer, asns: between, why: 'public between private' }]
  }
  const through = throughAnotherSite(context, reported, table)
  return through.length > 0 ? [{ prefix, peer, asns: through, why: 'through another site' }] : []
}

/**
 * Returns the public ASNs in an AS path that have a private ASN on both sides. They show that routes of a private
 * network passed through another organization's network.
 */
export function findPublicAsnsBetweenPrivate(path: readonly number[]): number[] {
  const first = path.findIndex((asn) => !isPublicAsn(asn))
  const last = path.findLastIndex((asn) => !isPublicAsn(asn))
  return [...new Set(path.slice(first + 1, Math.max(last, first + 1)).filter(isPublicAsn))]
}

/**
 * Returns the first ASN and the origin ASN of a route to a declared site's prefix. The list is empty unless a neighbor
 * on a circuit other than the site's home circuit announces the route for the first time, and the two ASNs differ.
 */
function throughAnotherSite(
  context: DetectionContext,
  { prefix, peer, before, after }: PrefixRoutesOfPeer,
  { past }: RoutesOfChangedPrefixes,
): number[] {
  const inner = parsePrefix(prefix)
  const site = context.topology.sites.find(({ prefixes }) =>
    prefixes.some((text) => {
      const outer = parsePrefix(text)
      return outer !== null && inner !== null && doesPrefixContainPrefix(outer, inner)
    }),
  )
  const { circuit } = findNeighborCarryingPath(context, context.mark.scope, peer)
  const isElsewhere = site?.home != null && circuit !== null && circuit !== site.home
  if (!isElsewhere || before.length > 0 || past[prefix]?.peers.includes(peer)) return []
  const both = after.map((entry) => ({ first: getCustomerAsPath(entry)[0], origin: getCustomerOriginAsn(entry) }))
  return both.flatMap(({ first, origin }) =>
    first !== undefined && origin !== null && first !== origin ? [first, origin] : [],
  )
}

function raise(context: DetectionContext, found: readonly Found[], changes: readonly RouteChange[]): void {
  const [first] = found
  if (!first) return
  const { mark } = context
  const scope = getPeerEventResourceId(context, first.peer)
  const asns = [...new Set(found.flatMap((one) => one.asns))].toSorted((a, b) => a - b)
  const prefixes = [...new Set(found.map(({ prefix }) => prefix))].toSorted()
  const open = listLiveEvents(context).find(
    (live) =>
      isEventOpen(live) &&
      live.event.kind === 'unexpected_transit' &&
      live.event.scope === scope &&
      asns.every((asn) => live.asns?.includes(asn)),
  )
  if (open) {
    open.prefixes = [...new Set([...(open.prefixes ?? []), ...prefixes])]
    return
  }
  const live = putRouteEvent(context, {
    kind: 'unexpected_transit',
    scope,
    subject: asns.map((asn) => `AS${asn}`).join(', '),
    severity: 'warning',
    started: computePrefixChangeBounds(changes, new Set(prefixes)),
    prefixes,
    peers: [...new Set(found.map(({ peer }) => peer))].toSorted(),
    evidence: [
      createChangeEvidence(
        mark,
        `path of ${formatPrefixList(prefixes)}`,
        null,
        [...new Set(found.map(({ why }) => why))].toSorted().join('; '),
      ),
    ],
  })
  live.asns = asns
}

/**
 * Removes prefixes from an open event when their AS paths no longer contain its ASNs. The event ends with its last
 * prefix.
 */
function clear(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
): void {
  for (const live of listLiveEvents(context)) {
    if (!isEventOpen(live) || live.event.kind !== 'unexpected_transit') continue
    const own = new Set(
      moved.flatMap((one) => {
        const reported = groupRoutesByPeer(context, one).filter(({ peer }) => live.peersBefore?.includes(peer))
        const isStill = reported.some(({ after }) =>
          after.some((entry) => live.asns?.some((a) => entry.asPath.includes(a))),
        )
        return live.prefixes?.includes(one.prefix) && !isStill ? [one.prefix] : []
      }),
    )
    if (own.size === 0) continue
    live.prefixes = live.prefixes?.filter((prefix) => !own.has(prefix)) ?? []
    if (live.prefixes.length === 0) closeEvent(live, computePrefixChangeBounds(changes, own))
  }
}

function remember(context: DetectionContext, asns: ReadonlySet<number>, firstSeen: EpochMs): void {
  const { asns: memory } = ensureResourceState(context, context.mark.scope)
  let room = REMEMBERED_ASNS - Object.keys(memory).length
  for (const asn of asns) {
    if (memory[asn] !== undefined || room <= 0) continue
    memory[asn] = firstSeen
    room--
  }
}

export function collectCustomerAsns(changes: readonly RouteChange[], side: 'before' | 'after'): Set<number> {
  return new Set(
    changes.flatMap((change) => change[side].filter(isLearnedFromExternalNeighbor).flatMap(getCustomerAsPath)),
  )
}
