import type { Cause, DetectedEvent } from '#lib/contract/index.ts'
import { neighborOf } from '../../model/subject.ts'
import { type FoldContext, liveEvents, scopeOf } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'

/**
 * Neighbors that went with a removed circuit or connection: their rows are missed only after it is reported, when the topology does
 * not know them any more (docs/rules/detection.md 2.2: removed, and not down).
 * @param removal what reports it
 */
export function releaseNeighbors(context: FoldContext, removal: DetectedEvent): void {
  const { former = [] } = context.topology
  for (const { gateway, neighbor, circuit, circuitName } of former) {
    const one = { between: removal.started, circuit: circuitName, by: removal.key }
    scopeOf(context, gateway).released[neighbor] ??= one
    // a circuit that stays stands in a group of its own from now on, with what was raised of it
    const own = context.scopes[circuit]
    if (own) own.released[neighbor] ??= { ...one }
  }
  if (former.length > 0) {
    const heirs = former.flatMap(({ gateway, circuit }) => [gateway, circuit])
    scopeOf(context, removal.scope).heirs = [...new Set(heirs)].filter((scope) => scope !== removal.scope).toSorted()
  }
}

/** Flag of a removal whose resource is there again: it was no removal, or is over, and explains nothing later. */
export const UNDONE = 'undone'

export function forgetRemoval(context: FoldContext, { key }: DetectedEvent): void {
  for (const state of Object.values(context.scopes)) {
    for (const [neighbor, { by }] of Object.entries(state.released)) if (by === key) delete state.released[neighbor]
    delete state.heirs
  }
}

/** Keeps the causes of a removal with the neighbors that went by it: what was removed stands in no group from the next poll on. */
export function noteRemovals(context: FoldContext): void {
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
  if (!partOf) return null
  const all = Object.values(context.scopes).flatMap(({ released }) => Object.values(released))
  const causesBy = (key: string | null) => all.find(({ by, causes }) => by === key && causes !== undefined)?.causes
  return causesBy(partOf) ?? causesBy(removalBehind(context, live)) ?? null
}

/** A session that is up again is expected again, by its gateway and by the circuit that it leads to. */
export function forgetReleased(context: FoldContext): void {
  const all = Object.values(context.scopes)
  for (const { sessions, released } of all) {
    for (const { neighbor, level, since } of Object.values(sessions)) {
      const own = released[neighbor]
      if (own && level === 'up' && since.earliest > own.between.latest)
        for (const other of all) if (other.released[neighbor]?.by === own.by) delete other.released[neighbor]
    }
  }
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
  const { peersBefore = [], peersAfter = [] } = live
  const left = peersBefore.filter((peer) => !peersAfter.includes(peer))
  return left.length > 0 && left.every((neighbor) => releasedAs(context, live, neighbor) !== null)
}

function releasedAs(context: FoldContext, { event }: LiveEvent, neighbor: string) {
  const slack = context.settings['config.before']
  const own = Object.values(context.scopes).flatMap(({ released }) => released[neighbor] ?? [])
  return own.find(({ between }) => event.started.latest >= between.earliest - slack) ?? null
}

function neighborsOf({ event, peersBefore = [] }: LiveEvent): string[] {
  switch (event.kind) {
    case 'session_down':
    case 'keepalive_stall':
    case 'peer_lost':
      return [neighborOf(event.subject)]
    case 'mass_withdraw':
    case 'n1_stranding':
      return peersBefore
    default:
      return []
  }
}
