import { MSEE_ASN } from '#lib/bgp/index.ts'
import type { Cause, DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { endRemoved } from '../../model/condition.ts'
import { neighborOf } from '../../model/subject.ts'
import { type FoldContext, isGood, liveEvents, scopeOf } from '../../model/context.ts'
import type { LiveEvent, Released, ScopeState, SessionFact } from '../../model/scope-state.ts'

/**
 * Neighbors that went with a removed circuit or connection: their rows are missed only after it is reported, when the topology does
 * not know them any more (docs/rules/detection.md 2.2: removed, and not down).
 * @param removal what reports it
 * @param of the circuit, where it is still there without what they belonged to
 */
export function releaseNeighbors(context: FoldContext, removal: DetectedEvent, of?: string): void {
  const former = (context.topology.former ?? []).filter(({ circuit }) => of === undefined || circuit === of)
  for (const { gateway, neighbor, circuit, circuitName } of former) {
    const one = { between: removal.started, circuit: circuitName, by: removal.key }
    if (neighbor === null) {
      const { unclaimed = [] } = scopeOf(context, gateway)
      if (!unclaimed.some(({ circuit: known }) => known === circuitName))
        scopeOf(context, gateway).unclaimed = [...unclaimed, one]
      continue
    }
    release(scopeOf(context, gateway), neighbor, one)
    // a circuit that stays stands in a group of its own from now on, with what was raised of it
    const own = context.scopes[circuit]
    if (own) release(own, neighbor, { ...one })
  }
  if (former.length > 0 && of === undefined) {
    const heirs = former.flatMap(({ gateway, circuit }) => [gateway, circuit])
    scopeOf(context, removal.scope).heirs = [...new Set(heirs)].filter((scope) => scope !== removal.scope).toSorted()
  }
}

function release({ released }: ScopeState, neighbor: string, one: Released): void {
  if (released[neighbor]?.back !== undefined) delete released[neighbor]
  released[neighbor] ??= one
}

/** Flag of a removal whose resource is there again: it was no removal, or is over, and explains nothing later. */
export const UNDONE = 'undone'

/**
 * Takes back that neighbors went with a removal. The last poll of their sessions is older than the return: until the next one nobody knows
 * whether they are back, and none of them is lost.
 */
export function forgetRemoval(context: FoldContext, { key }: DetectedEvent): void {
  const gateways = new Set(context.topology.gateways.map(({ scope }) => scope))
  for (const [scope, state] of Object.entries(context.scopes)) {
    for (const [neighbor, one] of Object.entries(state.released)) {
      if (one.by !== key) continue
      one.back ??= context.mark.finishedAt
      if (gateways.has(scope)) state.relisted = { ...state.relisted, [neighbor]: one.back }
    }
    delete state.heirs
    if (state.unclaimed) state.unclaimed = state.unclaimed.filter(({ by }) => by !== key)
  }
}

/** A circuit has an edge router for each of its paths, and each has one neighbor of a gateway in a family. */
const NEIGHBORS_OF_CONNECTION = 2

/**
 * Of a connection whose neighbors were not known, those go with it that belong to no other and are down on every instance from about then: if they
 * are as many as a connection has, and no other fell beside them.
 */
export function claimNeighbors(context: FoldContext): void {
  const { settings, mark, topology } = context
  for (const { scope } of topology.gateways) {
    const state = scopeOf(context, scope)
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

/** Neighbors whose sessions are down on every instance, and fell at about the time of a removal. */
function fallenWith(sessions: readonly SessionFact[], { between }: Released, slack: number): string[] {
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

/** Sessions of neighbors that went with a removal are not down, and nobody reports them again (docs/rules/detection.md 2.2). */
export function endReleased(context: FoldContext): void {
  for (const [scope, { released, live }] of Object.entries(context.scopes)) {
    if (Object.keys(released).length === 0) continue
    for (const one of Object.values(live)) {
      const { kind, subject, ended } = one.event
      const removal = endsWithNeighbor.has(kind) && !ended ? released[neighborOf(subject)] : undefined
      if (!removal || one.event.scope !== scope || removalBehind(context, one) === null) continue
      const { earliest, latest } = one.event.started
      endRemoved(one, {
        earliest: Math.max(earliest, removal.between.earliest),
        latest: Math.max(latest, removal.between.latest),
      })
      one.event = { ...one.event, partOf: one.event.partOf ?? removal.by }
    }
  }
}

const endsWithNeighbor: ReadonlySet<EventKind> = new Set<EventKind>(['session_down', 'keepalive_stall', 'peer_lost'])

/** Keeps the causes of a removal with the neighbors that went by it: what was removed stands in no group from the next poll on. */
export function recordRemovals(context: FoldContext): void {
  const byKey = new Map(liveEvents(context).map(({ event }) => [event.key, event]))
  for (const { released } of Object.values(context.scopes)) {
    for (const one of Object.values(released)) {
      const removal = byKey.get(one.by)
      if (removal) one.causes = removal.causes
    }
  }
}

/**
 * The causes of the removal that an event is a part of, or whose neighbors it lost as a part of what was withdrawn with them: that stands in
 * no group any more. null = it is a part of nothing, or nothing of the removal was judged here.
 */
export function causesOfRemoval(context: FoldContext, live: LiveEvent): Cause[] | null {
  const { partOf } = live.event
  const all = Object.values(context.scopes).flatMap(({ released }) => Object.values(released))
  const causesBy = (key: string | null) => all.find(({ by, causes }) => by === key && causes !== undefined)?.causes
  // what took over for a removal is a part of nothing
  if (!partOf)
    return followsRemoval(context, live) ? (causesBy(releasedLeaving(context, live)[0]?.by ?? null) ?? null) : null
  return causesBy(partOf) ?? causesBy(removalBehind(context, live)) ?? null
}

/**
 * A session that is up again is expected again, by its gateway and by the circuit that it leads to; so is each whose connection is back, once
 * a poll says how it is.
 */
export function forgetReleased(context: FoldContext): void {
  const { mark, scopes } = context
  const all = Object.values(scopes)
  const asked = mark.kind === 'peers' && isGood(mark) ? scopes[mark.scope] : undefined
  for (const { by, back } of Object.values(asked?.released ?? {}))
    if (back !== undefined && mark.startedAt >= back) forgetBy(all, by)
  for (const { sessions, released } of all) {
    for (const { neighbor, level, since } of Object.values(sessions)) {
      const own = released[neighbor]
      if (own && level === 'up' && since.earliest > own.between.latest)
        for (const other of all) if (other.released[neighbor]?.by === own.by) delete other.released[neighbor]
    }
  }
}

function forgetBy(scopes: readonly ScopeState[], key: string): void {
  for (const { released } of scopes)
    for (const [neighbor, { by }] of Object.entries(released)) if (by === key) delete released[neighbor]
}

/** Key of the removal that an event about neighbors follows from; null = it follows from none. */
export function removalBehind(context: FoldContext, live: LiveEvent): string | null {
  const neighbors = neighborsOf(live)
  const removals = neighbors.map((neighbor) => releasedAs(context, live, neighbor))
  const [first] = removals
  return first && removals.every((removal) => removal !== null) ? first.by : null
}

/** Whether all that a shift of the best path left had gone by a removal. */
export function followsRemoval(context: FoldContext, live: LiveEvent): boolean {
  const left = releasedLeaving(context, live)
  return left.length > 0 && left.every((released) => released !== null)
}

/** Of each neighbor that a shift of the best path left, how it went by a removal. */
function releasedLeaving(context: FoldContext, live: LiveEvent): (Released | null)[] {
  const { peersBefore = [], peersAfter = [] } = live
  const left = peersBefore.filter((peer) => !peersAfter.includes(peer))
  return left.map((neighbor) => releasedAs(context, live, neighbor))
}

function releasedAs(context: FoldContext, { event }: LiveEvent, neighbor: string) {
  const slack = context.settings['config.before']
  const own = Object.values(context.scopes).flatMap(({ released }) => released[neighbor] ?? [])
  return (
    own.find(
      ({ between, back = Number.POSITIVE_INFINITY }) =>
        event.started.latest >= between.earliest - slack &&
        event.started.earliest <= back &&
        // a loss that was over before the list that lacks the resource was read does not follow from the removal
        (event.ended === null || event.ended.latest >= between.earliest),
    ) ?? null
  )
}

function neighborsOf({ event, peersBefore = [], peersAfter = [] }: LiveEvent): string[] {
  switch (event.kind) {
    case 'session_down':
    case 'router_session_down':
    case 'router_silent':
    case 'session_flap':
    case 'keepalive_stall':
    case 'peer_lost':
      return [neighborOf(event.subject)]
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
