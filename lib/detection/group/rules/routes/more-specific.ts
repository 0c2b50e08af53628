import { getSampleBounds, createSampleEvidence } from '../../../model/create-event.ts'
import { doesPrefixContainPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { TimestampBounds, RouteChange, Severity } from '#lib/contract/index.ts'
import { closeEvent } from '../../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents, ensureResourceState } from '../../../model/context.ts'
import { selectBestRoutes } from '../../../model/best-routes.ts'
import { putRouteEvent } from './route-event.ts'
import {
  findNeighborCarryingPath,
  getCircuitCarrier,
  isLearnedFromExternalNeighbor,
  type PrefixWithRoutesBeforeAndAfter,
  type RoutesOfChangedPrefixes,
  type GatewayRouteTableRow,
} from '../../../model/route.ts'
import { computePrefixChangeBounds, formatPrefixList, getCustomerOriginAsn } from './peer-routes.ts'

/** A new prefix inside a known prefix, announced by another origin or over another circuit. */
interface Found {
  prefix: string
  peers: string[]
  /** scope of the circuit that carries the prefix; if the circuit is unknown, of the gateway */
  scope: string
  circuits: (string | null)[]
  coveredBy: string
  home: string | null
}

/**
 * Raises more_specific for a prefix that was never seen before and is inside a known prefix (longer, not equal). It is
 * raised only if the origin or the circuit of the new prefix differs from that of the best path to the containing
 * prefix, or from the circuit that the containing prefix left by a failover (docs/rules/detection.md 3.3). A prefix inside a virtual network's own space is reported by the event
 * own_space_heard instead.
 */
export function detectMoreSpecifics(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: RoutesOfChangedPrefixes,
): void {
  takenBack(context, changes, moved)
  const found = moved.flatMap((one) => moreSpecific(context, one, table) ?? [])
  for (const all of Map.groupBy(found, ({ scope, home }) => `${scope} ${home}`).values()) raise(context, all, changes)
}

function moreSpecific(
  context: DetectionContext,
  { prefix, before, after }: PrefixWithRoutesBeforeAndAfter,
  table: RoutesOfChangedPrefixes,
): Found | null {
  const { topology } = context
  const inner = parsePrefix(prefix)
  const covering = table.covering[prefix]?.filter(isLearnedFromExternalNeighbor) ?? []
  if (!inner || before.length > 0 || after.length === 0 || table.past[prefix] || covering.length === 0) return null
  if (table.ownSpace.some((own) => holds(own.prefix, prefix))) return null
  const used = selectBestRoutes(covering, topology)
  const origins = new Set(used.map(getCustomerOriginAsn))
  const carriers = new Set(used.map((entry) => nameOf(context, entry)))
  const left = findCircuitsLeftByFailover(context, used[0]?.prefix ?? '')
  const leftNames = new Set(left.map((circuit) => getCircuitCarrier(topology, circuit).name))
  const isElsewhere = (name: string) => !carriers.has(name) || (left.length > 0 && !leftNames.has(name))
  const other = after.filter(
    (entry) => !origins.has(getCustomerOriginAsn(entry)) || isElsewhere(nameOf(context, entry)),
  )
  // sorted, so that the chosen scope does not depend on the order of the rows
  const [scope] = other.map((entry) => circuitOf(context, entry) ?? entry.gateway).toSorted()
  if (scope === undefined) return null
  const circuits = other.map((entry) => circuitOf(context, entry))
  const site = topology.sites.find(({ prefixes }) => prefixes.some((text) => holds(text, prefix)))
  return {
    prefix,
    peers: [...new Set(other.flatMap(({ peer }) => peer ?? []))].toSorted(),
    scope,
    circuits,
    coveredBy: used[0]?.prefix ?? '',
    home: site?.home ?? left[0] ?? used.flatMap((entry) => circuitOf(context, entry) ?? []).toSorted()[0] ?? null,
  }
}

const nameOf = (context: DetectionContext, { gateway, peer }: GatewayRouteTableRow) =>
  findNeighborCarryingPath(context, gateway, peer ?? '').name
const circuitOf = (context: DetectionContext, { gateway, peer }: GatewayRouteTableRow) =>
  findNeighborCarryingPath(context, gateway, peer ?? '').circuit

/**
 * Returns the scopes of the circuits that a prefix left by failovers that are still open, sorted. The prefix is expected
 * to return to them, so that a more specific prefix over another circuit draws traffic away from then on.
 */
const findCircuitsLeftByFailover = (context: DetectionContext, prefix: string): string[] =>
  listLiveEvents(context)
    .filter((live) => live.event.kind === 'failover' && isEventOpen(live) && live.prefixes?.includes(prefix))
    .map(({ event }) => event.scope)
    .toSorted()

function holds(outer: string, inner: string): boolean {
  const [wide, narrow] = [parsePrefix(outer), parsePrefix(inner)]
  return wide !== null && narrow !== null && wide.length > 0 && doesPrefixContainPrefix(wide, narrow)
}

function raise(context: DetectionContext, found: readonly Found[], changes: readonly RouteChange[]): void {
  const [first] = found
  if (!first) return
  const { mark } = context
  const prefixes = found.map(({ prefix }) => prefix).toSorted()
  const between = computePrefixChangeBounds(changes, new Set(prefixes))
  putRouteEvent(context, {
    kind: 'more_specific',
    scope: first.scope,
    subject: formatPrefixList(prefixes),
    severity: severityOf(context, found, between),
    started: between,
    prefixes,
    peers: [...new Set(found.flatMap(({ peers }) => peers))].toSorted(),
    evidence: [
      createSampleEvidence(
        'inside',
        [...new Set(found.map(({ coveredBy }) => coveredBy))].toSorted().slice(0, 20).join(', '),
        getSampleBounds(mark),
      ),
    ],
  })
}

/**
 * Returns the severity: major if the new prefix moves traffic away from the circuit that should carry it and neither a
 * maintenance window nor a logged change explains that, otherwise minor.
 */
function severityOf(context: DetectionContext, found: readonly Found[], between: TimestampBounds): Severity {
  const isAway = found.some(({ circuits, home }) => circuits.some((circuit) => circuit !== home))
  const scopes = found.flatMap(({ circuits, home, scope }) => [...circuits, home, scope].flatMap((one) => one ?? []))
  return isAway && !isExplained(context, new Set(scopes), between) ? 'major' : 'minor'
}

function isExplained(
  context: DetectionContext,
  scopes: ReadonlySet<string>,
  { earliest, latest }: TimestampBounds,
): boolean {
  const { settings, topology } = context
  const isLogged = [...scopes].some((scope) =>
    ensureResourceState(context, scope).logged.some(
      ({ at, inGroup }) =>
        !inGroup && at >= earliest - settings['config.before'] && at <= latest + settings['config.after'],
    ),
  )
  const isAnnounced = topology.maintenance.some(
    (window) =>
      window.from <= latest &&
      window.to >= earliest &&
      (window.scopes.length === 0 || window.scopes.some((s) => scopes.has(s))),
  )
  return isLogged || isAnnounced
}

/** Ends open more_specific events when the last of their prefixes is withdrawn. */
function takenBack(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
): void {
  const gone = new Set(moved.filter(({ after }) => after.length === 0).map(({ prefix }) => prefix))
  if (gone.size === 0) return
  for (const live of listLiveEvents(context)) {
    if (!isEventOpen(live) || live.event.kind !== 'more_specific') continue
    const { prefixes = [], takenBack: before = [] } = live
    const own = new Set(prefixes.filter((prefix) => gone.has(prefix)))
    if (own.size === 0) continue
    live.takenBack = [...new Set([...before, ...own])]
    if (prefixes.every((prefix) => live.takenBack?.includes(prefix)))
      closeEvent(live, computePrefixChangeBounds(changes, own))
  }
}
