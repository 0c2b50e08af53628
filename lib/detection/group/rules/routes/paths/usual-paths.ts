import { type TimestampBounds, type EpochMs, parseGatewayNeighbor } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { selectBestRoutes } from '../../../../model/best-routes.ts'
import { closeEvent } from '../../../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listJudgedTogether, listLiveEvents } from '../../../../model/context.ts'
import {
  findNeighborCarryingPath,
  type PrefixWithRoutesBeforeAndAfter,
  isLearnedFromExternalNeighbor,
  listGatewayNeighbors,
  type RoutesOfChangedPrefixes,
} from '../../../../model/route.ts'
import type { BestPathHistory } from '../../../../model/route-memory.ts'
import { hasLeftPrimaryCircuit } from './primary-circuit.ts'

/**
 * Minimum time in ms for which best paths must have been used to become the first usual paths of a prefix. The first
 * table may be polled in the few minutes in which a path is withdrawn.
 */
const MIN_MS = 10 * MS_PER_MINUTE
/**
 * Minimum time in ms for which other best paths must have been used to replace the usual paths. They must also have
 * been used for longer than all others.
 */
const CHALLENGE_MS = 6 * MS_PER_HOUR

/**
 * A prefix whose best paths changed in a poll. `was` and `is` list the paths before and after as `gateway neighbor`.
 */
export interface PrefixPathMove {
  prefix: string
  was: readonly string[]
  is: readonly string[]
}

/**
 * Usual best paths of each prefix before a change, joined by commas; null = no best paths were used for long enough to
 * be the usual ones.
 */
export type UsualPathsByPrefix = ReadonlyMap<string, string | null>

/**
 * Reports whether a prefix came back to its usual paths, or is not known to have left them. Gateways are polled one
 * after the other. Therefore one usual path on any gateway is sufficient, if the prefix has no unusual path. A neighbor
 * that is not mapped to a circuit path yet is ignored if its gateway had none of the usual paths.
 */
export function hasPrefixUsualPaths(
  context: DetectionContext,
  usual: UsualPathsByPrefix,
  { prefix, was, is }: PrefixPathMove,
): boolean {
  const known = usual.get(prefix)
  if (known === undefined) return false
  if (known === null || known === is.join()) return true
  const members = known.split(',')
  const home = new Set(members.map((member) => pathOf(context, member) ?? member))
  const isHome = (member: string) => home.has(pathOf(context, member) ?? member)
  const isEventOpen = (member: string) =>
    pathOf(context, member) === null &&
    members.every((one) => parseGatewayNeighbor(one).gateway !== parseGatewayNeighbor(member).gateway)
  const isOnlyGain = was.every((member) => is.includes(member))
  return (
    is.some(isHome) && is.every((member) => isHome(member) || isEventOpen(member)) && (isOnlyGain || !was.some(isHome))
  )
}

/**
 * Returns the circuit path behind a gateway's neighbor; null = not mapped. A circuit path is the same for all gateways,
 * so paths of different gateways can be compared.
 */
function pathOf(context: DetectionContext, member: string): string | null {
  const { gateway, neighbor } = parseGatewayNeighbor(member)
  const { circuit, path } = findNeighborCarryingPath(context, gateway, neighbor)
  return circuit && path && `${circuit} ${path}`
}

/**
 * Returns a function that reports whether a prefix appeared less than 10 minutes before a given time and had no path
 * before.
 */
export function createTransientPrefixTest(context: DetectionContext): (prefix: string, until: EpochMs) => boolean {
  const known = knownPaths(context)
  return (prefix, until) => {
    const one = known.get(prefix)
    return !!one && one.now !== '' && Object.keys(one.held).length === 0 && until - one.since < MIN_MS
  }
}

/**
 * Returns a function that gives the time since which a prefix has been known. It returns null if the prefix has been
 * known for at least a day or since the first table. Only the withdrawal of such a prefix counts as a loss without a
 * time limit.
 */
export function createKnownSinceLookup(context: DetectionContext): (prefix: string) => EpochMs | null {
  const known = knownPaths(context)
  return (prefix) => known.get(prefix)?.came ?? null
}

/**
 * Returns the earliest time of a poll since which all of these prefixes have had their present best paths; `-Infinity`
 * if a prefix is not known to have changed within the last day.
 */
export function findPathsKnownSince(context: DetectionContext, prefixes: readonly string[]): EpochMs {
  const known = knownPaths(context)
  return Math.min(...prefixes.map((prefix) => known.get(prefix)?.since ?? -Infinity))
}

/** Returns the prefixes that appeared within the last day without an earlier path. */
export const findNewPrefixes = (context: DetectionContext): ReadonlySet<string> =>
  new Set([...knownPaths(context)].flatMap(([prefix, { came }]) => (came === undefined ? [] : [prefix])))

/** Returns the recorded best paths of each prefix whose best paths changed within the last day. */
const knownPaths = (context: DetectionContext): ReadonlyMap<string, BestPathHistory> =>
  new Map(
    listJudgedTogether(context).flatMap(({ usual = [] }) =>
      usual.flatMap((one) => one.prefixes.map((of) => [of, one] as const)),
    ),
  )

/**
 * Returns the best paths of changed prefixes before and after the change. For a prefix that lost its own route, the
 * route of the next shorter prefix is used (longest match), except a default route.
 */
export function findPrefixPathMoves(
  { topology }: DetectionContext,
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  { covering }: RoutesOfChangedPrefixes,
): PrefixPathMove[] {
  return moved.map(({ prefix, before, after }) => {
    const carrying = after.length > 0 ? after : (covering[prefix] ?? []).filter(isLearnedFromExternalNeighbor)
    return {
      prefix,
      was: listGatewayNeighbors(selectBestRoutes(before, topology)),
      is: listGatewayNeighbors(selectBestRoutes(carrying, topology)),
    }
  })
}

/**
 * Records for how long each of a prefix's best paths was used. This is stored only for prefixes whose best paths
 * changed within the setting `failover.shift.baseline` (a day). A path that carried a prefix for a day without a change
 * is the usual path, so no history is needed (ADR 0269).
 * @returns the usual best paths of each changed prefix before the change
 */
export function recordUsualPaths(
  context: DetectionContext,
  moved: readonly PrefixPathMove[],
  between: TimestampBounds,
): UsualPathsByPrefix {
  const scopes = listJudgedTogether(context)
  const known = knownPaths(context)
  const usualOf = new Map<string, string | null>()
  const noted = new Map<string, BestPathHistory>()
  // Another gateway may have had the same paths for longer than the gateway whose table was polled first.
  const readSince = (was: readonly string[]) => {
    const gateways = was.length > 0 ? was.map((member) => parseGatewayNeighbor(member).gateway) : [context.mark.scope]
    return Math.min(
      ...gateways.map((gateway) => context.scopes[gateway]?.learnedSince ?? between.earliest - MS_PER_DAY),
    )
  }
  const isBaseline = ({ since }: BestPathHistory) =>
    between.earliest - since >= context.settings['failover.shift.baseline']
  for (const { prefix, was, is } of moved) {
    if (was.join() === is.join()) continue
    const former = known.get(prefix) ?? { now: was.join(), since: readSince(was), held: {}, usual: null, prefixes: [] }
    const { came, ...lasting } = former
    const entry = isBaseline(former) ? { ...lasting, held: {}, usual: null } : former
    const judged = heldUntil(entry, between.earliest)
    usualOf.set(prefix, judged.usual)
    const isNew = judged.now === '' && Object.keys(judged.held).length === 0
    const next: BestPathHistory = { ...judged, now: is.join(), since: between.latest, prefixes: [] }
    if (isNew && was.length === 0) next.came = between.latest
    const key = JSON.stringify(next)
    if (!noted.has(key)) noted.set(key, next)
    noted.get(key)?.prefixes.push(prefix)
  }
  for (const scope of scopes) {
    const kept = (scope.usual ?? [])
      .filter((one) => !isBaseline(one))
      .map((one) => ({ ...one, prefixes: one.prefixes.filter((prefix) => !usualOf.has(prefix)) }))
      .filter(({ prefixes }) => prefixes.length > 0)
    const own = scope === context.scopes[context.mark.scope] ? [...kept, ...noted.values()] : kept
    if (own.length > 0) scope.usual = own
    else delete scope.usual
  }
  return usualOf
}

/**
 * Adds the time for which the current best paths were used, and then determines the usual paths. Times without any path
 * are not counted.
 */
function heldUntil(entry: BestPathHistory, until: EpochMs): BestPathHistory {
  const { now, since, usual } = entry
  if (now === '') return entry
  const held = { ...entry.held, [now]: (entry.held[now] ?? 0) + Math.max(0, until - since) }
  const [longest = now, ms = 0] = Object.entries(held).toSorted(([, a], [, b]) => b - a)[0] ?? []
  return { ...entry, held, usual: ms < (usual === null ? MIN_MS : CHALLENGE_MS) ? usual : longest }
}

/**
 * Ends best_path_shift events whose new paths have been best for the setting `failover.shift.baseline`, because these
 * paths are now assumed to be intended. While a declaration requires other paths the event stays open; it ends when the
 * declaration is removed.
 */
export function acceptShiftedPathsAsUsual(context: DetectionContext): void {
  const { mark, settings } = context
  for (const live of listLiveEvents(context)) {
    const { kind, started, flags } = live.event
    const over = started.latest + settings['failover.shift.baseline']
    if (kind !== 'best_path_shift' || !isEventOpen(live) || mark.finishedAt < over) continue
    if (hasLeftPrimaryCircuit(context, live)) continue
    // The time had passed before the previous poll, so a declaration had kept the event open. The declaration was
    // removed since then, and this ends the event.
    const isLate = (mark.previousOkAt ?? 0) > over
    closeEvent(
      live,
      isLate ? { earliest: mark.previousOkAt ?? over, latest: mark.finishedAt } : { earliest: over, latest: over },
    )
    live.event = { ...live.event, flags: [...flags, 'baseline'] }
  }
}
