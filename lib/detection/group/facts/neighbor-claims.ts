import { MSEE_ASN } from '#lib/bgp/index.ts'
import type { TimestampBounds, Cause, DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { endEventOfRemovedResource } from '../../model/event-condition.ts'
import { parseSubjectNeighbor } from '../../model/subject.ts'
import { type DetectionContext, hasPollUsableRows, listLiveEvents, ensureResourceState } from '../../model/context.ts'
import type { LiveEvent, NeighborOfRemovedConnection, ResourceState, SessionFact } from '../../model/scope-state.ts'

/**
 * Marks the neighbors that belonged to a removed circuit or connection as released, that is, their sessions are no
 * longer expected to be up (docs/rules/detection.md 2.2: removed, and not down). The mark is stored, because the
 * sessions may disappear only after the removal was reported, when the topology no longer knows these neighbors.
 * @param removal the event that reports the removal
 * @param of only the neighbors of this circuit, which still exists; absent = all neighbors that the inventory reports
 *   as former
 */
export function releaseRemovedNeighbors(context: DetectionContext, removal: DetectedEvent, of?: string): void {
  const former = (context.topology.former ?? []).filter(({ circuit }) => of === undefined || circuit === of)
  for (const { gateway, neighbor, circuit, circuitName } of former) {
    const one = { between: removal.started, circuit: circuitName, by: removal.key }
    if (neighbor === null) {
      const { unclaimed = [] } = ensureResourceState(context, gateway)
      if (!unclaimed.some(({ circuit: known }) => known === circuitName))
        ensureResourceState(context, gateway).unclaimed = [...unclaimed, one]
      continue
    }
    release(ensureResourceState(context, gateway), neighbor, one)
    // A circuit that still exists belongs to a separate group of resources from now on. Therefore the mark is also
    // stored at the circuit.
    const own = context.scopes[circuit]
    if (own) release(own, neighbor, { ...one })
  }
  if (former.length > 0 && of === undefined) {
    const heirs = former.flatMap(({ gateway, circuit }) => [gateway, circuit])
    ensureResourceState(context, removal.scope).heirs = [...new Set(heirs)]
      .filter((scope) => scope !== removal.scope)
      .toSorted()
  }
}

function release({ released }: ResourceState, neighbor: string, one: NeighborOfRemovedConnection): void {
  if (released[neighbor]?.back !== undefined) delete released[neighbor]
  released[neighbor] ??= one
}

/** Flag of a removal event whose resource exists again. The removal then explains no later event. */
export const REMOVAL_UNDONE_FLAG = 'undone'

/**
 * Reverts the release of neighbors by a removal, because the removed resource exists again. Whether their sessions are
 * back is unknown until the next poll of the sessions. Until then the neighbors do not count as lost.
 */
export function revertNeighborRelease(context: DetectionContext, { key }: DetectedEvent): void {
  const gateways = new Set(context.topology.gateways.map(({ scope }) => scope))
  const isHeld = (neighbor: string) =>
    [...gateways].some((scope) => context.scopes[scope]?.released[neighbor]?.by === key)
  for (const [scope, state] of Object.entries(context.scopes)) {
    for (const [neighbor, one] of Object.entries(state.released)) {
      if (one.by !== key) continue
      // The gateway may have reported the sessions as up again while the circuit belonged to another group of
      // resources.
      if (!isHeld(neighbor)) delete state.released[neighbor]
      one.back ??= context.mark.finishedAt
      if (gateways.has(scope)) state.relisted = { ...state.relisted, [neighbor]: one.back }
    }
    delete state.heirs
    if (state.unclaimed) state.unclaimed = state.unclaimed.filter(({ by }) => by !== key)
  }
}

/**
 * Number of neighbors that a connection has in each address family. A circuit has one edge router for each of its two
 * paths, and each is one neighbor of the gateway.
 */
const NEIGHBORS_OF_CONNECTION = 2

/**
 * Releases the neighbors of a removed connection if the topology did not know which neighbors it had. They are
 * recognized by two facts: they belong to no other connection, and their sessions fell on every instance at about the
 * time of the removal. The neighbors are released only if exactly two of them fell in each affected address family, and
 * only one removal is waiting for its neighbors.
 */
export function assignFallenNeighborsToRemoval(context: DetectionContext): void {
  const { settings, mark, topology } = context
  for (const { scope } of topology.gateways) {
    const state = ensureResourceState(context, scope)
    const left = state.unclaimed?.filter(({ between }) => mark.finishedAt <= between.latest + settings['config.before'])
    if (!state.unclaimed || !left) continue
    const mapped = new Set(topology.mappings.filter(({ gateway }) => gateway === scope).map(({ neighbor }) => neighbor))
    const sessions = Object.values(state.sessions).filter(
      ({ subresource, asn, neighbor }) =>
        subresource === '' && asn === MSEE_ASN && !mapped.has(neighbor) && !state.released[neighbor],
    )
    const [first, other] = left
    const fallen = first && !other ? fallenWith(sessions, first, settings['config.before']) : []
    const families = Map.groupBy(fallen, (neighbor) => neighbor.includes(':'))
    if (
      first &&
      fallen.length > 0 &&
      [...families.values()].every(({ length }) => length === NEIGHBORS_OF_CONNECTION)
    ) {
      for (const neighbor of fallen) state.released[neighbor] = { ...first }
      left.shift()
    }
    if (left.length > 0) state.unclaimed = left
    else delete state.unclaimed
  }
}

/** Returns the neighbors whose sessions are down or gone on every instance, and fell at about the time of a removal. */
function fallenWith(
  sessions: readonly SessionFact[],
  { between }: NeighborOfRemovedConnection,
  slack: number,
): string[] {
  return [...Map.groupBy(sessions, ({ neighbor }) => neighbor)].flatMap(([neighbor, own]) =>
    own.every(
      ({ level, since }) =>
        (level === 'down' || level === 'gone') &&
        since.latest >= between.earliest - slack &&
        since.earliest <= between.latest + slack,
    )
      ? neighbor
      : [],
  )
}

/**
 * Ends the open session events of neighbors that a removal released, and the isolation of a gateway whose neighbors
 * were all released. Their sessions are not expected any longer and will not be reported again (docs/rules/detection.md
 * 2.2).
 */
export function endReleasedSessionEvents(context: DetectionContext): void {
  for (const [scope, { released, live }] of Object.entries(context.scopes)) {
    if (Object.keys(released).length === 0) continue
    for (const one of Object.values(live)) {
      const { kind, ended } = one.event
      const [neighbor = ''] = endsWithNeighbor.has(kind) && !ended ? neighborsOf(one) : []
      const removal = released[neighbor]
      if (!removal || one.event.scope !== scope || findCausingRemoval(context, one) === null) continue
      const { earliest, latest } = one.event.started
      endEventOfRemovedResource(one, {
        earliest: Math.max(earliest, removal.between.earliest),
        latest: Math.max(latest, removal.between.latest),
      })
      one.event = { ...one.event, partOf: one.event.partOf ?? removal.by }
    }
  }
}

const endsWithNeighbor: ReadonlySet<EventKind> = new Set<EventKind>([
  'session_down',
  'keepalive_stall',
  'peer_lost',
  'gateway_isolated',
])

/**
 * Copies the causes of a removal event to the neighbors that it released. From the next poll on, the removed resource
 * and its event belong to no group of resources, so the causes would otherwise be lost.
 */
export function storeRemovalCauses(context: DetectionContext): void {
  const byKey = new Map(listLiveEvents(context).map(({ event }) => [event.key, event]))
  for (const { released } of Object.values(context.scopes)) {
    for (const one of Object.values(released)) {
      const removal = byKey.get(one.by)
      if (removal) one.causes = removal.causes
    }
  }
}

/**
 * Returns the stored causes of the removal from which an event follows. The event may be a part of the removal, or the
 * removal may have released the neighbors that a best path no longer uses. Null = the event does not follow from a
 * removal, or this group has not stored the causes of the removal.
 */
export function getCausesOfRemoval(context: DetectionContext, live: LiveEvent): Cause[] | null {
  const { partOf } = live.event
  const all = Object.values(context.scopes).flatMap(({ released }) => Object.values(released))
  const causesBy = (key: string | null) => all.find(({ by, causes }) => by === key && causes !== undefined)?.causes
  // A change of the best path that follows from a removal is not a part of the removal event. Its removal is found by
  // the neighbors.
  if (!partOf) return causesBy(findRemovalsOfLeftNeighbors(context, live)[0] ?? null) ?? null
  return causesBy(partOf) ?? causesBy(findCausingRemoval(context, live)) ?? null
}

/**
 * Deletes the release of neighbors whose session is up again, at the gateway and at the circuit. From then on the
 * session is expected to be up. Also deletes the releases of a connection that exists again, after the next poll of its
 * sessions.
 */
export function deleteEndedReleases(context: DetectionContext): void {
  const { mark, scopes, topology } = context
  const all = Object.values(scopes)
  const asked = mark.kind === 'peers' && hasPollUsableRows(mark) ? scopes[mark.scope] : undefined
  for (const { by, back } of Object.values(asked?.released ?? {}))
    if (back !== undefined && mark.startedAt >= back) forgetBy(all, by)
  const marked = Object.entries(scopes).filter(([, { released }]) => Object.keys(released).length > 0)
  if (marked.length === 0) return
  for (const [scope, { sessions, released }] of Object.entries(scopes)) {
    for (const { neighbor, level, since } of Object.values(sessions)) {
      if (level !== 'up') continue
      const own = released[neighbor]?.by
      // If the connection of a circuit was created again under another name, the circuit keeps the release until it is
      // in this group again.
      const isOf = (circuit: string) =>
        topology.mappings.some((one) => one.gateway === scope && one.neighbor === neighbor && one.circuit === circuit)
      for (const [name, other] of marked) {
        const one = other.released[neighbor]
        if (one && since.earliest > one.between.latest && (one.by === own || isOf(name)))
          delete other.released[neighbor]
      }
    }
  }
}

function forgetBy(scopes: readonly ResourceState[], key: string): void {
  for (const { released } of scopes)
    for (const [neighbor, { by }] of Object.entries(released)) if (by === key) delete released[neighbor]
}

/**
 * Returns the key of the removal that caused an event: removals released all neighbors of the event. If there are
 * several removals, the removal of the first neighbor is returned. Null if a neighbor was not released.
 */
export function findCausingRemoval(context: DetectionContext, live: LiveEvent): string | null {
  const neighbors = neighborsOf(live)
  const removals = neighbors.map((neighbor) => releasedAs(context, neighbor, live.event))
  const [first] = removals
  return first && removals.every((removal) => removal !== null) ? first.by : null
}

/**
 * Reports whether all neighbors that an event's best paths no longer use were released by removals; false if the best
 * paths still use all neighbors.
 */
export const hasOnlyReleasedNeighbors = (context: DetectionContext, live: LiveEvent): boolean =>
  findRemovalsOfLeftNeighbors(context, live).length > 0

/**
 * Returns the keys of the removals that released the neighbors that an event's best paths no longer use; empty if any
 * of these neighbors was not released, or if there are none.
 */
export function findRemovalsOfLeftNeighbors(
  context: DetectionContext,
  { event, peersBefore = [], peersAfter = [] }: LiveEvent,
): string[] {
  const left = peersBefore.filter((peer) => !peersAfter.includes(peer))
  const removals = left.flatMap((neighbor) => releasedAs(context, neighbor, event)?.by ?? [])
  return removals.length < left.length ? [] : [...new Set(removals)]
}

/**
 * Reports whether a removal released a neighbor and may be the reason of a change of routes.
 * @param between earliest and latest possible time of the change
 */
export const canNeighborRemovalExplainChange = (
  context: DetectionContext,
  neighbor: string,
  between: TimestampBounds,
): boolean => releasedAs(context, neighbor, { started: between, ended: null }) !== null

function releasedAs(context: DetectionContext, neighbor: string, event: Pick<DetectedEvent, 'started' | 'ended'>) {
  const slack = context.settings['config.before']
  const own = Object.values(context.scopes).flatMap(({ released }) => released[neighbor] ?? [])
  return (
    own.find(
      ({ between, back = Number.POSITIVE_INFINITY }) =>
        event.started.latest >= between.earliest - slack &&
        event.started.earliest <= back &&
        !hasRecoveredBefore(between, event),
    ) ?? null
  )
}

/**
 * Reports whether a failure cannot be an effect of a deliberate change, because it began before the change and was over
 * when the change was first seen. A change that keeps a resource down would not have allowed the recovery.
 * @param act bounds of the start of the change; `latest` is the time at which a poll first showed it
 */
export const hasRecoveredBefore = (
  act: TimestampBounds,
  { started, ended }: Pick<DetectedEvent, 'started' | 'ended'>,
): boolean => started.latest < act.earliest && ended !== null && ended.latest < act.latest

function neighborsOf({ event, lostNeighbors = [], peersBefore = [], peersAfter = [] }: LiveEvent): string[] {
  switch (event.kind) {
    case 'gateway_isolated':
      return lostNeighbors
    case 'session_down':
    case 'router_session_down':
    case 'router_silent':
    case 'session_flap':
    case 'keepalive_stall':
    case 'peer_lost':
      return [parseSubjectNeighbor(event.subject)]
    case 'mass_withdraw':
    case 'n1_stranding':
    case 'default_route_disappeared':
    case 'no_path':
      return peersBefore
    case 'ecmp_reduced':
      return peersBefore.filter((peer) => !peersAfter.includes(peer))
    default:
      return []
  }
}
