import { createChangeEvidence } from '../../../model/create-event.ts'
import type { RouteChange } from '#lib/contract/index.ts'
import { closeEvent } from '../../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents } from '../../../model/context.ts'
import { putRouteEvent } from './route-event.ts'
import type {
  PrefixWithRoutesBeforeAndAfter,
  RoutesOfChangedPrefixes,
  GatewayRouteTableRow,
} from '../../../model/route.ts'
import {
  computePrefixChangeBounds,
  formatPrefixList,
  getCustomerOriginAsn,
  getPeerEventResourceId,
  groupRoutesByPeer,
} from './peer-routes.ts'

interface Found {
  prefix: string
  peer: string
  origin: number
  known: number[]
}

/**
 * Raises origin_change if the origin ASN of a prefix is not one of the ASNs from which the prefix has come for at least
 * a week (docs/rules/detection.md 3.3). A prefix that has been known for less time has no usual origin, and prepending
 * does not change the origin.
 */
export function detectOriginChanges(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: RoutesOfChangedPrefixes,
): void {
  returned(context, changes, moved)
  const found = moved.flatMap((one) => originsOf(context, one, table))
  const alike = Map.groupBy(found, ({ peer, origin }) => `${getPeerEventResourceId(context, peer)} ${origin}`)
  for (const all of alike.values()) raise(context, all, changes)
}

function originsOf(
  context: DetectionContext,
  moved: PrefixWithRoutesBeforeAndAfter,
  table: RoutesOfChangedPrefixes,
): Found[] {
  const known = learnedOrigins(context, moved.prefix, table)
  if (known.length === 0) return []
  return groupRoutesByPeer(context, moved).flatMap(({ prefix, peer, before, after }) => {
    const had = new Set(before.map(getCustomerOriginAsn))
    const fresh = new Set(after.map(getCustomerOriginAsn).filter((origin) => !had.has(origin)))
    return [...fresh].flatMap((origin) =>
      origin === null || known.includes(origin) ? [] : [{ prefix, peer, origin, known }],
    )
  })
}

function learnedOrigins(
  { mark, settings }: DetectionContext,
  prefix: string,
  { past }: RoutesOfChangedPrefixes,
): number[] {
  const since = mark.startedAt - settings['origin.learned']
  return Object.entries(past[prefix]?.origins ?? {}).flatMap(([asn, firstSeen]) =>
    firstSeen <= since ? [Number(asn)] : [],
  )
}

function raise(context: DetectionContext, found: readonly Found[], changes: readonly RouteChange[]): void {
  const [first] = found
  if (!first) return
  const { mark } = context
  const prefixes = [...new Set(found.map(({ prefix }) => prefix))].toSorted()
  const live = putRouteEvent(context, {
    kind: 'origin_change',
    scope: getPeerEventResourceId(context, first.peer),
    subject: `${formatPrefixList(prefixes)} from AS${first.origin}`,
    severity: 'minor',
    started: computePrefixChangeBounds(changes, new Set(prefixes)),
    prefixes,
    peers: [...new Set(found.map(({ peer }) => peer))].toSorted(),
    evidence: [
      createChangeEvidence(
        mark,
        'origin',
        [...new Set(found.flatMap(({ known }) => known))].toSorted().join(', '),
        String(first.origin),
      ),
    ],
  })
  live.asns = [first.origin]
}

/**
 * Removes prefixes from an open event when no peer announces them with the event's origin any more. The event ends with
 * its last prefix.
 */
function returned(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
): void {
  for (const live of listLiveEvents(context)) {
    if (!isEventOpen(live) || live.event.kind !== 'origin_change') continue
    const isStill = (entry: GatewayRouteTableRow) => live.asns?.includes(getCustomerOriginAsn(entry) ?? -1)
    const own = new Set(
      moved.flatMap(({ prefix, after }) => (live.prefixes?.includes(prefix) && !after.some(isStill) ? [prefix] : [])),
    )
    if (own.size === 0) continue
    live.prefixes = live.prefixes?.filter((prefix) => !own.has(prefix)) ?? []
    if (live.prefixes.length === 0) closeEvent(live, computePrefixChangeBounds(changes, own))
  }
}
