import { createChangeEvidence } from '../../../model/create-event.ts'
import { type TimestampBounds, type RouteChange, countPollsToConfirm, type Severity } from '#lib/contract/index.ts'
import { selectBestRoutes } from '../../../model/best-routes.ts'
import { formatTableKey } from '../../../model/subject.ts'
import type { RouteTableChangeSignal } from '../../../model/signal.ts'
import { closeEvent, EVENT_UNCONFIRMED_FLAG } from '../../../model/event-condition.ts'
import {
  type DetectionContext,
  hasPollUsableRows,
  isEventOpen,
  listLiveEvents,
  ensureResourceState,
  formatSourceKey,
} from '../../../model/context.ts'
import { getCausesOfRouterAnnouncement } from './announcement-causes.ts'
import { findEarliestRecheck, type DetectionRecheckTime } from '../../../model/recheck.ts'
import type { LiveEvent, ResourceState } from '../../../model/scope-state.ts'
import { pickProvingPollTimes } from '../../../model/route-memory.ts'
import { hasSessionChangeCause } from './peer-routes.ts'
import { putRouteEvent } from './route-event.ts'
import { createTransientPrefixTest, createKnownSinceLookup, findPathsKnownSince } from './paths/usual-paths.ts'
import { canPeerLossBeUnread, removeReturnedFromWithheld, storeWithheldWithdrawal } from './withheld-withdrawals.ts'
import {
  computeChangeBounds,
  createUnusedRowTest,
  findNeighborCarryingPath,
  isLearnedFromExternalNeighbor,
  type PrefixWithRoutesBeforeAndAfter,
  type GatewayRouteTableRow,
  type RoutesOfChangedPrefixes,
} from '../../../model/route.ts'

/**
 * Raises mass_withdraw and mass_announce if the table of a peer shrinks or grows significantly between two polls while
 * its session stays up.
 */
export function detectMassRouteChanges(
  context: DetectionContext,
  signal: RouteTableChangeSignal,
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: RoutesOfChangedPrefixes,
): void {
  removeReturnedPrefixes(context, signal.changes)
  recordCarried(context, moved)
  const wasUnused = createUnusedRowTest(context)
  const used = signal.changes.filter((change) => !wasUnused(change))
  const tables = [...Map.groupBy(used, ({ instance, peer }) => formatTableKey(instance, peer))].flatMap(
    ([key, changes]) => tableStep(context, changes, signal.sizes[key] ?? 0) ?? [],
  )
  const byCarrier = (steps: Step[]) =>
    Map.groupBy(steps, ({ peer }) => findNeighborCarryingPath(context, context.mark.scope, peer).name)
  const cutOff = findCutOffPrefixes(moved, table)
  const shrunk = tables.filter((step) => isMassWithdraw(context, step, cutOff))
  // If another instance still has the prefixes, they are missing because the session of one instance fell, and not
  // because a router withdrew them.
  const everywhere = shrunk.filter(({ peer, withdrawn: gone }) =>
    gone.every((prefix) => !isStillReported(context, table, prefix, peer)),
  )
  for (const steps of byCarrier(everywhere).values()) withdrawn(context, steps, moved, table)
  for (const steps of byCarrier(tables.filter((step) => isMassAnnounce(context, step))).values())
    announced(context, steps)
}

/** The changes of one poll in the table of one peer on one instance. */
interface Step {
  instance: string | null
  peer: string
  changes: RouteChange[]
  withdrawn: string[]
  announced: string[]
  sizeBefore: number
  sizeAfter: number
}

function tableStep(context: DetectionContext, changes: RouteChange[], sizeAfter: number): Step | null {
  const [first] = changes
  if (!first || first.peer === null) return null
  const { peer } = first
  const came = createTransientPrefixTest(context)
  // A prefix that is withdrawn moments after it appeared was not in use yet, so its loss does not count.
  const isTakenBackAtOnce = ({ op, prefix, between }: RouteChange) =>
    op === 'withdraw' && came(prefix, between.earliest)
  const external = changes
    .filter(({ before, after }) => [...before, ...after].every(isLearnedFromExternalNeighbor))
    .filter((change) => !isLeakTakenBack(context, peer, change) && !isTakenBackAtOnce(change))
  const withdrawn = external.filter(({ op }) => op === 'withdraw').map(({ prefix }) => prefix)
  const announced = external.filter(({ op }) => op === 'announce').map(({ prefix }) => prefix)
  const sizeBefore = sizeAfter + withdrawn.length - announced.length
  return { instance: first.instance, peer: first.peer, changes: external, withdrawn, announced, sizeBefore, sizeAfter }
}

/**
 * Reports whether a withdrawn route had an AS path through a network that an unexpected_transit event reported (a route
 * leak). The end of such a leak is not a loss of this peer. For a connection of a hub, the leak is reported at a
 * gateway that receives the same routes from the same circuit.
 */
function isLeakTakenBack(context: DetectionContext, peer: string, { op, before, between }: RouteChange): boolean {
  const { circuit } = findNeighborCarryingPath(context, context.mark.scope, peer)
  return (
    op === 'withdraw' &&
    listLiveEvents(context).some(
      (live) =>
        // the event is open, or was ended by this change
        (live.event.ended === null || live.event.ended.latest >= between.earliest) &&
        live.event.kind === 'unexpected_transit' &&
        (live.peersBefore?.includes(peer) || live.event.scope === circuit) &&
        before.every(({ asPath }) => live.asns?.some((asn) => asPath.includes(asn))),
    )
  )
}

/** Reports whether the loss of a session explains the withdrawal, as far as it is known by now. */
function isOfLostSession(context: DetectionContext, { instance, peer, changes, withdrawn: gone }: Step): boolean {
  const between = computeChangeBounds(changes)
  // A session that was up again when the routes were last read, or first read again, did not remove them.
  const upSince = { since: between.earliest, announcedAt: findPathsKnownSince(context, gone) }
  return hasSessionChangeCause(context, { instance, peer, between }, upSince)
}

/**
 * Reports whether a peer withdrew a large share of its prefixes, or cut off some prefixes that have been known for a day
 * or since the first table (docs/rules/events.md).
 */
function isMassWithdraw(context: DetectionContext, step: Step, cutOff: ReadonlySet<string>): boolean {
  const { settings } = context
  const count = settings['withdraw.mass.count']
  const isLarge = step.withdrawn.length >= Math.max(count, settings['withdraw.mass.share'] * step.sizeBefore)
  const lost = step.withdrawn.filter((prefix) => cutOff.has(prefix))
  // the look-up reads the history of all paths, so that it is created only if it can decide
  const since = isLarge || lost.length < count ? null : createKnownSinceLookup(context)
  const isKnown = since !== null && lost.filter((prefix) => since(prefix) === null).length >= count
  return (isLarge || isKnown) && !isOfLostSession(context, step)
}

/** Returns the changed prefixes to which no route is left, and that no less specific route covers. */
const findCutOffPrefixes = (
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  { covered }: RoutesOfChangedPrefixes,
): ReadonlySet<string> =>
  new Set(moved.flatMap(({ prefix, after }) => (after.length === 0 && !covered.includes(prefix) ? prefix : [])))

function isMassAnnounce(context: DetectionContext, step: Step): boolean {
  const { settings } = context
  const least = Math.max(settings['announce.mass.count'], settings['announce.mass.share'] * step.sizeBefore)
  const growth = step.announced.length - step.withdrawn.length
  const between = computeChangeBounds(step.changes)
  return step.sizeBefore > 0 && growth >= least && !hasSessionChangeCause(context, { ...step, between })
}

function isStillReported(
  { mark }: DetectionContext,
  table: RoutesOfChangedPrefixes,
  prefix: string,
  peer: string,
): boolean {
  return (table.entries[prefix] ?? []).some((entry) => entry.gateway === mark.scope && entry.peer === peer)
}

function withdrawn(
  context: DetectionContext,
  steps: readonly Step[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: RoutesOfChangedPrefixes,
): void {
  const { mark } = context
  const prefixes = [...new Set(steps.flatMap((step) => step.withdrawn))].toSorted()
  const peers = [...new Set(steps.map(({ peer }) => peer))].toSorted()
  const scope = findNeighborCarryingPath(context, mark.scope, peers[0] ?? '').circuit ?? mark.scope
  const before = Math.max(...steps.map(({ sizeBefore }) => sizeBefore))
  const corroborated = steps.some((step) => routesReceivedFell(context, step))
  const finding = {
    scope,
    subject: peers.join(','),
    severity: severityOf(prefixes, peers, moved, table, context),
    started: computeChangeBounds(steps.flatMap(({ changes }) => changes)),
    prefixes,
    peers,
    flags: corroborated ? [] : [EVENT_UNCONFIRMED_FLAG],
    evidence: [createChangeEvidence(mark, 'prefixes', before, before - prefixes.length)],
  }
  const passing = passingOf(context, prefixes, table, finding.started)
  if (canPeerLossBeUnread(context, peers, finding.started))
    return storeWithheldWithdrawal(context, {
      ...finding,
      ...passing,
      flags: [],
      left: prefixes,
      proof: pickProvingPollTimes(mark),
    })
  const live = putRouteEvent(context, { ...finding, kind: 'mass_withdraw' })
  Object.assign(live, passing)
  if (!corroborated) {
    live.confirm = {
      source: formatSourceKey(mark),
      lastAt: mark.startedAt,
      left: countPollsToConfirm('mass_withdraw') - 1,
    }
  }
}

/**
 * Returns the withdrawn prefixes that had been known for less than a day, with the time at which each stops counting as
 * lost. A prefix counts as lost for as long as it had existed. For example, a prefix that had existed for an hour
 * counts as lost for an hour.
 */
function passingOf(
  context: DetectionContext,
  prefixes: readonly string[],
  { entries }: RoutesOfChangedPrefixes,
  { latest }: TimestampBounds,
): Pick<LiveEvent, 'passing'> {
  const since = createKnownSinceLookup(context)
  const brief = Map.groupBy(prefixes, since)
  brief.delete(null)
  const over = [...brief].map(([came, own]) => ({ at: 2 * latest - (came ?? latest), prefixes: own }))
  const carried = prefixes.filter((prefix) => (entries[prefix] ?? []).some(isLearnedFromExternalNeighbor))
  return over.length > 0 ? { passing: { gateway: context.mark.scope, over, carried } } : {}
}

/** Updates which of the withdrawn short-lived prefixes other peers still announce. */
function recordCarried(context: DetectionContext, moved: readonly PrefixWithRoutesBeforeAndAfter[]): void {
  for (const passing of passingIn(context)) {
    const changed = new Map(moved.map(({ prefix, after }) => [prefix, after.some(isLearnedFromExternalNeighbor)]))
    const former = new Set(passing.carried)
    const all = passing.over.flatMap(({ prefixes }) => prefixes)
    passing.carried = all.filter((prefix) => changed.get(prefix) ?? former.has(prefix))
  }
}

const passingIn = (context: DetectionContext) => [
  ...listLiveEvents(context).flatMap((live) => (isEventOpen(live) && live.passing ? [live.passing] : [])),
  ...Object.values(context.scopes).flatMap(({ withheld = [] }) => withheld.flatMap(({ passing }) => passing ?? [])),
]

/**
 * Ends a withdrawal event when all of its missing prefixes had existed only for a short time, have now been absent for
 * as long as they had existed, and are announced by no other peer. The end requires a good poll of the table that shows
 * them as still missing.
 */
export function endShortLivedWithdrawals(context: DetectionContext): void {
  const { mark } = context
  if (mark.kind !== 'learned' || !hasPollUsableRows(mark)) return
  for (const live of listLiveEvents(context)) {
    if (!isEventOpen(live) || live.passing?.gateway !== mark.scope) continue
    const { over, carried } = live.passing
    const missing = live.prefixes ?? []
    const others = new Set(carried)
    const gone = new Map(over.flatMap(({ at, prefixes }) => prefixes.map((prefix) => [prefix, at] as const)))
    // A prefix without an entry had existed for more than a day, so it counts as lost without a time limit.
    if (!missing.every((prefix) => !others.has(prefix) && (gone.get(prefix) ?? Infinity) <= mark.startedAt)) continue
    const at = Math.max(...missing.map((prefix) => gone.get(prefix) ?? 0))
    closeEvent(live, { earliest: at, latest: at })
    live.event = { ...live.event, flags: [...live.event.flags, 'baseline'] }
  }
}

/**
 * Returns when {@link endShortLivedWithdrawals} may end the first of the open withdrawal events of short-lived
 * prefixes; null if there are none.
 */
export const findShortLivedWithdrawalsRecheckTime = ({ live }: ResourceState): DetectionRecheckTime =>
  findEarliestRecheck(
    Object.values(live).flatMap((one) =>
      isEventOpen(one) && one.passing ? [Math.max(...one.passing.over.map(({ at }) => at))] : [],
    ),
  )

/**
 * Returns the severity of a withdrawal. It is critical if a prefix lost every path. It is major if the best paths of a
 * prefix left the circuits (or unmapped neighbors) behind these peers. Otherwise it is minor.
 */
function severityOf(
  prefixes: readonly string[],
  peers: readonly string[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: RoutesOfChangedPrefixes,
  context: DetectionContext,
): Severity {
  const own = moved.filter(({ prefix }) => prefixes.includes(prefix))
  if (findCutOffPrefixes(own, table).size > 0) return 'critical'
  const names = new Set(peers.map((peer) => findNeighborCarryingPath(context, context.mark.scope, peer).name))
  const isHome = ({ gateway, peer }: PrefixWithRoutesBeforeAndAfter['after'][number]) =>
    names.has(findNeighborCarryingPath(context, gateway, peer ?? '').name)
  const best = (entries: readonly GatewayRouteTableRow[]) => selectBestRoutes(entries, context.topology)
  const onBackup = own.some(({ before, after }) => best(before).some(isHome) && !best(after).some(isHome))
  return onBackup ? 'major' : 'minor'
}

/**
 * Reports whether the prefix count of the session, which another poll reads, also fell by at least half of the
 * withdrawn prefixes. The withdrawal is then confirmed.
 */
function routesReceivedFell(context: DetectionContext, { instance, peer, sizeBefore, withdrawn: gone }: Step): boolean {
  const fact = Object.values(ensureResourceState(context, context.mark.scope).sessions).find(
    ({ neighbor, localAddress, subresource }) =>
      subresource === '' && neighbor === peer && (instance === null || localAddress === instance),
  )
  const count = fact?.prefixes
  return count !== null && count !== undefined && count <= sizeBefore - gone.length / 2
}

function announced(context: DetectionContext, steps: readonly Step[]): void {
  const { mark } = context
  const prefixes = [...new Set(steps.flatMap((step) => step.announced))].toSorted()
  const peers = [...new Set(steps.map(({ peer }) => peer))].toSorted()
  putRouteEvent(context, {
    kind: 'mass_announce',
    scope: findNeighborCarryingPath(context, mark.scope, peers[0] ?? '').circuit ?? mark.scope,
    subject: peers.join(','),
    severity: 'warning',
    started: computeChangeBounds(steps.flatMap(({ changes }) => changes)),
    prefixes,
    peers,
    causes: getCausesOfRouterAnnouncement(
      'mass_announce',
      steps.flatMap(({ changes }) => changes.flatMap(({ op, after }) => (op === 'announce' ? after : []))),
    ),
  })
}

/** Returns the peers that had announced each prefix of the open mass_withdraw events, by prefix. */
export const mapWithdrawnPrefixesToPeers = (context: DetectionContext): Map<string, readonly string[]> =>
  new Map(
    listLiveEvents(context).flatMap((live) =>
      isEventOpen(live) && live.event.kind === 'mass_withdraw'
        ? (live.prefixes ?? []).map((prefix) => [prefix, live.peersBefore ?? []] as const)
        : [],
    ),
  )

/**
 * Removes prefixes from an open withdrawal event when the same peers announce them again. The event ends when its last
 * prefix is back.
 */
export function removeReturnedPrefixes(context: DetectionContext, changes: readonly RouteChange[]): void {
  const back = changes.filter(({ op }) => op === 'announce')
  if (back.length === 0) return
  removeReturnedFromWithheld(context, back)
  for (const live of listLiveEvents(context)) {
    if (!isEventOpen(live) || live.event.kind !== 'mass_withdraw') continue
    // A connection of another hub may have the same name, so only events of the polled table are considered.
    if (live.table !== undefined && live.table !== context.mark.scope) continue
    const own = back.filter(({ peer }) => peer !== null && live.peersBefore?.includes(peer))
    const returned = new Set(own.map(({ prefix }) => prefix))
    if (returned.size === 0) continue
    live.prefixes = (live.prefixes ?? []).filter((prefix) => !returned.has(prefix))
    if (live.prefixes.length === 0) closeEvent(live, computeChangeBounds(own))
  }
}
