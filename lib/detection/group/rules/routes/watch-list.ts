import { createChangeEvidence } from '../../../model/create-event.ts'
import { formatAsPath } from '#lib/bgp/index.ts'
import type { EventKind, RouteChange } from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents } from '../../../model/context.ts'
import { putRouteEvent } from './route-event.ts'
import type { PrefixWithRoutesBeforeAndAfter } from '../../../model/route.ts'
import { createPrefixOverlapTest } from '../../../model/prefix-overlap.ts'
import {
  formatAttributesForCompare,
  computePrefixChangeBounds,
  isInitialTableChange,
  getPeerEventResourceId,
  type PrefixRoutesOfPeer,
  groupRoutesByPeer,
} from './peer-routes.ts'

/**
 * Flag of a path_change event: the new path replaced the old path, and no sample showed the route absent (implicit
 * withdrawal, RFC 4271 section 3.1).
 */
const IMPLICIT = 'implicit_withdraw'
/** Flag of a route_announced event: the route was absent in at least one sample and came back unchanged. */
const REANNOUNCED = 'explicit_withdraw_reannounce'

/**
 * Reports every announcement, withdrawal and changed path of a watched prefix, or of a prefix inside it, separately for
 * each neighbor (docs/rules/detection.md 3.3). Routes that only one instance of a gateway gains or loses are left out,
 * because they are explained by an event about a session of that instance.
 */
export function reportWatchedPrefixChanges(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
): void {
  if (context.topology.watched.length === 0) return
  const isWatched = createPrefixOverlapTest(context.topology.watched)
  for (const one of moved) {
    if (!isWatched(one.prefix)) continue
    const own = changes.filter(({ prefix }) => prefix === one.prefix)
    for (const reported of groupRoutesByPeer(context, one)) raise(context, reported, own)
  }
}

function raise(context: DetectionContext, reported: PrefixRoutesOfPeer, changes: readonly RouteChange[]): void {
  const { prefix, peer } = reported
  const kind = kindOf(reported)
  if (!kind) return
  const own = changes.filter((change) => change.peer === peer)
  const [before, after] = [pathsOf(reported.before), pathsOf(reported.after)]
  const subject = `${prefix} from ${peer}`
  const scope = getPeerEventResourceId(context, peer)
  const { mark } = context
  const flags = [
    ...(kind === 'path_change' ? [IMPLICIT] : []),
    ...(kind === 'route_announced' && isReannounced(context, scope, subject, formatAttributesForCompare(reported.after))
      ? [REANNOUNCED]
      : []),
    ...(own.some((change) => isInitialTableChange(context, change)) ? ['initial_dump'] : []),
  ]
  const live = putRouteEvent(context, {
    kind,
    scope,
    subject,
    severity: 'warning',
    started: computePrefixChangeBounds(own, new Set([prefix])),
    prefixes: [prefix],
    peers: [peer],
    flags,
    evidence: [createChangeEvidence(mark, 'attributes', before, after)],
  })
  if (kind === 'route_withdrawn') live.withdrawn = formatAttributesForCompare(reported.before)
}

function kindOf({ before, after }: PrefixRoutesOfPeer): EventKind | null {
  if (before.length === 0) return after.length === 0 ? null : 'route_announced'
  if (after.length === 0) return 'route_withdrawn'
  return formatAttributesForCompare(before) === formatAttributesForCompare(after) ? null : 'path_change'
}

/** Formats the routes of a neighbor, for example `10.0.4.4, path 12076 65001, weight 100`; null without routes. */
function pathsOf(entries: PrefixRoutesOfPeer['after']): string | null {
  if (entries.length === 0) return null
  const texts = entries.map((entry) =>
    [
      entry.nextHop ?? '',
      `path ${formatAsPath(entry) || '(empty)'}`,
      entry.weight === null ? '' : `weight ${entry.weight}`,
    ]
      .filter(Boolean)
      .join(', '),
  )
  return [...new Set(texts)].toSorted().join('; ')
}

/** Reports whether a route returns with the attributes that it had at its last withdrawal. */
function isReannounced(context: DetectionContext, scope: string, subject: string, announced: string): boolean {
  const withdrawals = listLiveEvents(context)
    .filter(({ event }) => event.kind === 'route_withdrawn' && event.scope === scope && event.subject === subject)
    .toSorted((a, b) => a.event.started.earliest - b.event.started.earliest)
  return withdrawals.at(-1)?.withdrawn === announced
}
