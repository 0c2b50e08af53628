import { DEFAULT_ROUTES, doesPrefixContainPrefix, parsePrefix } from '#lib/bgp/index.ts'
import {
  type TimestampBounds,
  type DetectedEvent,
  parseHubConnectionName,
  isForwardingTablePollKind,
  type RouteChange,
  type Severity,
} from '#lib/contract/index.ts'
import { listConfigChanges, type RouteTableChangeSignal, type PollSignal } from '../../../model/signal.ts'
import { findCustomHubTable, isHubTablePoll, type FindScopeOfResource } from '../../../model/topology.ts'
import { applyBestPathRules } from './paths/best-path.ts'
import { findReturnedPrefixes, isJudgedByTable } from './paths/path-change-returns.ts'
import { resolvePendingPathShifts } from './paths/pending-shifts.ts'
import { formatPollKey } from '../../../model/subject.ts'
import { closeEvent } from '../../../model/event-condition.ts'
import {
  type DetectionContext,
  isEventOpen,
  listLiveEvents,
  ensureResourceState,
  listReturnedInstances,
} from '../../../model/context.ts'
import { expireUndeclaredRanges } from './paths/no-path.ts'
import { acceptShiftedPathsAsUsual } from './paths/usual-paths.ts'
import {
  removeReturnedPrefixes,
  endShortLivedWithdrawals,
  detectMassRouteChanges,
  mapWithdrawnPrefixesToPeers,
} from './mass-changes.ts'
import { resolveWithheldWithdrawals } from './withheld-withdrawals.ts'
import { getCausesOfRouterAnnouncement } from './announcement-causes.ts'
import { isTableEmpty } from './emptied-table.ts'
import {
  endEventsOfRemovedTables,
  recordStillBroughtPrefixes,
  removeWithdrawnFromStillBrought,
} from './custom-hub-tables.ts'
import {
  endDefaultRouteEventInTable,
  recordBroughtDefaultRoutes,
  resolvePendingDefaultRoutes,
  storePendingDefaultRoute,
} from './custom-table-default-routes.ts'
import { isHubRowOverGateway, nameHubRows } from './hub-row-connections.ts'
import { putRouteEvent } from './route-event.ts'
import { detectStrandingLosses, applySiteRules, type SiteRoutes } from '../sites/index.ts'
import { isUpAfterRelisting, type LiveEvent, type PendingDefaultRoute } from '../../../model/scope-state.ts'
import {
  computeChangeBounds,
  findNeighborCarryingPath,
  isLearnedFromExternalNeighbor,
  type PrefixWithRoutesBeforeAndAfter,
  findChangedPrefixes,
  type GatewayRouteTableRow,
  type RoutesOfChangedPrefixes,
} from '../../../model/route.ts'

/**
 * Evaluates changes of a gateway's learned routes. The first table raises no event, because it is only the reference
 * for later changes (docs/rules/detection.md 3.2, 3.3).
 */
export function applyRouteRules(
  context: DetectionContext,
  signals: readonly PollSignal[],
  table: RoutesOfChangedPrefixes | null,
  siteRoutes: SiteRoutes,
  scopeOfResource: FindScopeOfResource,
): void {
  if (table && !isForwardingTablePollKind(context.mark.kind)) {
    const added = listConfigChanges(signals)
      .filter(({ op }) => op === 'added')
      .map(({ resourceId }) => scopeOfResource(resourceId))
    endReturned(context, new Set(added), table, siteRoutes)
  }
  if (table && context.mark.kind === 'learned') endReturnedWithInstances(context, table, siteRoutes)
  if (!isForwardingTablePollKind(context.mark.kind)) forgetRelisted(context)
  const learned = signals.filter(
    (signal): signal is RouteTableChangeSignal => signal.type === 'routes' && signal.kind === 'learned',
  )
  const isBaseline = context.mark.previousOkAt === null
  // the routes of a hub's connection are not ranked, because the table of the hub shows which of them are in use
  const isOfHub = parseHubConnectionName(context.mark.subresource) !== null
  if (isBaseline && learned.length > 0)
    ensureResourceState(context, context.mark.scope).learnedSince ??= context.mark.startedAt
  for (const signal of learned) {
    if (isOfHub) removeWithdrawnFromStillBrought(context, signal.changes)
    if (isOfHub && !isBaseline) recordBroughtDefaultRoutes(context, signal.changes)
    // a connection without any route is reported as emptied
    if (isOfHub && !isBaseline && !isTableEmpty(signal)) detectMassRouteChanges(context, signal, [], NO_TABLE)
    if (isBaseline || isOfHub || !table) continue
    const moved = findChangedPrefixes(context, signal.changes, table)
    const withdrawn = mapWithdrawnPrefixesToPeers(context)
    detectMassRouteChanges(context, signal, moved, table)
    defaultRoutes(context, signal.changes, moved)
    ownSpaceHeard(context, signal.changes, moved, table)
    applyBestPathRules(context, signal.changes, withoutOwnSpace(moved, table), { ...table, siteRoutes, withdrawn })
  }
  if (isHubTablePoll(context.topology, context.mark) && !isBaseline && table) {
    for (const signal of signals) if (signal.type === 'routes') evaluateHubTable(context, signal, table)
  }
  endEventsOfRemovedTables(context)
  resolvePendingPathShifts(context)
  resolvePendingDefaultRoutes(context)
  resolveWithheldWithdrawals(context)
  expireUndeclaredRanges(context)
  endShortLivedWithdrawals(context)
  acceptShiftedPathsAsUsual(context)
}

/**
 * Evaluates changes of a route table of a hub. Its rows are the routes that the hub uses, so a prefix without a row has
 * no path (ADR 0364). Withdrawals of many prefixes are not derived from it, because the tables of the hub's connections
 * show them.
 */
function evaluateHubTable(
  context: DetectionContext,
  signal: RouteTableChangeSignal,
  table: RoutesOfChangedPrefixes,
): void {
  const changes = signal.changes.filter(({ peer, before, after }) =>
    peer === null ? [...before, ...after].some(isHubRowOverGateway) : ROWS_OVER_EDGE.test(peer),
  )
  if (changes.length === 0) return
  const moved = findChangedPrefixes(context, changes, table)
  const named = nameHubRows(context, moved, table)
  if (findCustomHubTable(context.topology, context.mark.scope))
    for (const change of listDefaultRouteChanges(context, changes, named)) storePendingDefaultRoute(context, change)
  else defaultRoutes(context, changes, moved)
  applyBestPathRules(context, changes, named, { ...table, siteRoutes: {}, withdrawn: new Map() })
  recordStillBroughtPrefixes(context, table)
}

/** Table for changes whose effect on the best paths is unknown. */
const NO_TABLE: RoutesOfChangedPrefixes = {
  entries: {},
  covered: [],
  ownSpace: [],
  past: {},
  covering: {},
  asnsElsewhere: [],
}

/** Peers of rows that lead out of the hub: over one of its gateways, a BGP peer, or another hub. */
const ROWS_OVER_EDGE = /^(?:expressRouteGateways|vpnGateways|virtualHubs|bgpConnections)\//i

/**
 * Ends events whose routes came back while their circuit and the gateway were not in one group, so that they were
 * evaluated separately. The inventory that shows the circuit or its connection again is polled after the routes. The
 * events ended between the rise of the sessions that carry the routes and that inventory. If the sessions are polled
 * after the inventory, a later poll ends the events.
 * @param added scopes of the resources that this inventory shows for the first time, or again
 */
function endReturned(
  context: DetectionContext,
  added: ReadonlySet<string>,
  table: RoutesOfChangedPrefixes,
  siteRoutes: SiteRoutes,
): void {
  const { mark, topology } = context
  const open = listLiveEvents(context).filter((live) => isEventOpen(live) && live.peersBefore !== undefined)
  const since = Math.min(...open.map(({ event }) => event.started.latest))
  const entries = Object.values(table.entries).flat()
  const back = topology.mappings.filter(
    ({ gateway, circuit, neighbor }) =>
      isUpAfterRelisting(ensureResourceState(context, gateway), neighbor) ||
      (topology.connections ?? []).some(
        (one) => one.gateway === gateway && one.circuit === circuit && (added.has(one.scope) || added.has(circuit)),
      ),
  )
  for (const gateway of new Set(back.map((one) => one.gateway))) {
    const peers = new Set(back.flatMap((one) => (one.gateway === gateway ? one.neighbor : [])))
    const rises = Object.values(ensureResourceState(context, gateway).sessions).flatMap(
      ({ neighbor, level, since: rise }) =>
        peers.has(neighbor) && level === 'up' && rise.latest > since ? rise.earliest : [],
    )
    const state = ensureResourceState(context, gateway)
    const listedAt = Math.max(...[...peers].map((peer) => state.relisted?.[peer] ?? mark.finishedAt))
    const between = { earliest: Math.max(since, Math.min(...rises)), latest: listedAt }
    if (rises.length === 0) between.earliest = since
    const rows = entries.filter((entry) => entry.gateway === gateway && entry.peer !== null && peers.has(entry.peer))
    applyReturnedRows({ ...context, mark: { ...mark, scope: gateway } }, rows, between, table, siteRoutes)
  }
}

/**
 * Ends events whose routes came back with a lost instance of the polled gateway. The rows of a lost instance are stored
 * but not used (`leaveOutLostInstances` in lib/detection/reads). If the instance returns with the same rows, no row
 * changes.
 */
function endReturnedWithInstances(
  context: DetectionContext,
  table: RoutesOfChangedPrefixes,
  siteRoutes: SiteRoutes,
): void {
  const { mark, scopes } = context
  for (const { instance, ended } of listReturnedInstances(scopes, mark)) {
    const rows = Object.values(table.entries)
      .flat()
      .filter((entry) => entry.gateway === mark.scope && entry.instance === instance)
    const between = { earliest: ended.earliest, latest: mark.finishedAt }
    applyReturnedRows(context, rows, between, table, siteRoutes)
  }
}

/** Reports whether a lost instance of a gateway is back, but the gateway's routes have not been read since. */
export function hasUnreadReturnedInstance({ scopes, lastGoodPolls = {} }: DetectionContext, scope: string): boolean {
  const readAt = lastGoodPolls[formatPollKey(scope, '', 'learned')]?.readAt ?? null
  return listReturnedInstances(scopes, { scope, previousOkAt: readAt, silentInstances: [] }).length > 0
}

/** Ends events whose routes came back, by rows that were stored before and that are used again. */
function applyReturnedRows(
  context: DetectionContext,
  rows: readonly GatewayRouteTableRow[],
  between: TimestampBounds,
  table: RoutesOfChangedPrefixes,
  siteRoutes: SiteRoutes,
): void {
  const changes = rows.map(
    ({ gateway: _, instance, peer, prefix, ...after }): RouteChange => ({
      type: 'route',
      op: 'announce',
      instance,
      peer,
      prefix,
      before: [],
      after: [after],
      between,
    }),
  )
  if (changes.length === 0) return
  const moved = findChangedPrefixes(context, changes, table)
  removeReturnedPrefixes(context, changes)
  findReturnedPrefixes(context, moved, table, between, new Set())
  applySiteRules(context, changes, siteRoutes)
  detectStrandingLosses(context, changes, siteRoutes)
}

/**
 * Deletes the stored marks of neighbors whose connection exists again (`relisted`), if their return was handled, or if
 * their sessions were not polled within the setting `failback.pending`.
 */
function forgetRelisted({ topology, mark, settings, scopes }: DetectionContext): void {
  for (const [gateway, state] of Object.entries(scopes)) {
    const left = Object.entries(state.relisted ?? {}).filter(
      ([neighbor, at]) =>
        mark.finishedAt <= at + settings['failback.pending'] &&
        !(
          isUpAfterRelisting(state, neighbor) &&
          topology.mappings.some((one) => one.gateway === gateway && one.neighbor === neighbor)
        ),
    )
    if (left.length > 0) state.relisted = Object.fromEntries(left)
    else delete state.relisted
  }
}

/**
 * Returns the changed routes without the routes that are inside the address space of the gateway's own network. The
 * gateway never uses learned routes there.
 */
function withoutOwnSpace(
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: RoutesOfChangedPrefixes,
): PrefixWithRoutesBeforeAndAfter[] {
  const own = spacesOf(table)
  if (own.length === 0) return [...moved]
  return moved.map(({ prefix, before, after }) => {
    const inner = parsePrefix(prefix)
    const holders = own.filter(({ space }) => inner !== null && doesPrefixContainPrefix(space, inner))
    const isUsed = ({ gateway }: GatewayRouteTableRow) => holders.every((holder) => holder.gateway !== gateway)
    return { prefix, before: before.filter(isUsed), after: after.filter(isUsed) }
  })
}

const spacesOf = ({ ownSpace }: RoutesOfChangedPrefixes) =>
  ownSpace.flatMap(({ gateway, prefix }) => {
    const space = parsePrefix(prefix)
    return space && space.length > 0 ? [{ gateway, space }] : []
  })

/**
 * Returns the default routes that a poll shows for the first time or not any more, for each carrier of the routes. A
 * route appears with the first peer of its carrier, and disappears with the last one.
 */
function listDefaultRouteChanges(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
): Omit<PendingDefaultRoute, 'source'>[] {
  const { mark } = context
  return moved.flatMap(({ prefix, before, after }) => {
    if (!DEFAULT_ROUTES.has(prefix)) return []
    const isOfSource = ({ gateway }: GatewayRouteTableRow) => gateway === mark.scope
    const peersOf = (entries: PrefixWithRoutesBeforeAndAfter['before']) => [
      ...new Set(entries.filter(isOfSource).flatMap(({ peer }) => peer ?? [])),
    ]
    const was = Map.groupBy(peersOf(before), (peer) => findNeighborCarryingPath(context, mark.scope, peer).name)
    const is = Map.groupBy(peersOf(after), (peer) => findNeighborCarryingPath(context, mark.scope, peer).name)
    const between = computeChangeBounds(changes.filter((change) => change.prefix === prefix))
    return [...new Set([...was.keys(), ...is.keys()])].flatMap((name): Omit<PendingDefaultRoute, 'source'>[] => {
      const [had, has] = [was.get(name) ?? [], is.get(name) ?? []]
      if (had.length > 0 === has.length > 0) return []
      if (has.length === 0) return [{ kind: 'default_route_disappeared', prefix, peers: had, between, causes: [] }]
      const kind = 'default_route_appeared'
      const causes = getCausesOfRouterAnnouncement(kind, after.filter(isOfSource))
      return [{ kind, prefix, peers: has, between, causes }]
    })
  })
}

/**
 * Reports default routes from on-premises that appear or disappear, because both change the path of Internet traffic.
 */
function defaultRoutes(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
): void {
  const { mark } = context
  for (const { kind, prefix, peers, between, causes } of listDefaultRouteChanges(context, changes, moved)) {
    const [first = ''] = peers
    const scope = findNeighborCarryingPath(context, mark.scope, first).circuit ?? mark.scope
    const subject = prefix
    const other = kind === 'default_route_appeared' ? 'default_route_disappeared' : 'default_route_appeared'
    const opposite = oppositeOf(context, { kind: other, scope, subject }, between)
    if (opposite) endDefaultRouteEventInTable(context, opposite, between)
    const reported = { kind, scope, subject, severity: 'major', prefixes: [prefix], peers } as const
    const live = putRouteEvent(context, { ...reported, started: between, causes })
    // The change ends an opposite event, so the earlier state is restored. The new event becomes a part of the
    // opposite event and ends immediately.
    if (opposite) live.event = { ...live.event, ended: between, partOf: opposite.event.key }
  }
}

/**
 * Returns the opposite event (for example the withdrawal before this announcement) that this change ends; null if there
 * is none. It is still open, or an earlier evaluation of the same change already ended it.
 */
function oppositeOf(
  context: DetectionContext,
  { kind, scope, subject }: Pick<DetectedEvent, 'kind' | 'scope' | 'subject'>,
  between: TimestampBounds,
): LiveEvent | null {
  const own = listLiveEvents(context).filter(
    (live) =>
      live.event.kind === kind &&
      live.event.scope === scope &&
      live.event.subject === subject &&
      isJudgedByTable(context, live),
  )
  return own.find(({ event }) => event.ended === null || event.ended.latest === between.latest) ?? null
}

/**
 * Reports routes from a customer's router that are inside a virtual network's own address space.
 * In the network with this space, and in networks peered with it, system routes take precedence over BGP even for
 * longer prefixes. Traffic is not affected, so the event is minor. A gateway of another network has no such system
 * route, so traffic may loop or be lost, and the event is major. Source: Azure documentation, "Virtual network traffic
 * routing" (how Azure selects a route).
 */
function ownSpaceHeard(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: RoutesOfChangedPrefixes,
): void {
  const { mark } = context
  const own = spacesOf(table)
  const seen = listLiveEvents(context).filter((live) => isEventOpen(live) && live.event.kind === 'own_space_heard')
  const ofUs = (entry: PrefixWithRoutesBeforeAndAfter['after'][number]) =>
    entry.gateway === mark.scope && isLearnedFromExternalNeighbor(entry)
  const betweenOf = (prefix: string) => computeChangeBounds(changes.filter((change) => change.prefix === prefix))
  for (const { prefix, before, after } of moved) {
    const open = seen.find(({ event }) => event.subject === prefix)
    if (open && !after.some(ofUs)) closeEvent(open, betweenOf(prefix))
    const isNew = !before.some(ofUs) && after.some(ofUs)
    const inner = open || !isNew ? null : parsePrefix(prefix)
    const holders = inner ? own.filter(({ space }) => doesPrefixContainPrefix(space, inner)) : []
    if (holders.length === 0) continue
    const peers = [...new Set(after.filter(ofUs).flatMap(({ peer }) => peer ?? []))].toSorted()
    const scope = findNeighborCarryingPath(context, mark.scope, peers[0] ?? '').circuit ?? mark.scope
    const severity: Severity = holders.some(({ gateway }) => gateway === mark.scope) ? 'minor' : 'major'
    putRouteEvent(context, {
      kind: 'own_space_heard',
      scope,
      subject: prefix,
      severity,
      started: betweenOf(prefix),
      prefixes: [prefix],
      peers,
      causes: getCausesOfRouterAnnouncement('own_space_heard', after.filter(ofUs)),
    })
  }
}
