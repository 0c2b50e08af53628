import { DEFAULT_ROUTES } from '#lib/bgp/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../../../model/settings.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import { selectBestRoutes } from '../../../model/best-routes.ts'
import { hasSeveralOwners } from '../../../model/event-owner.ts'
import { hasDeclaredPrimaryCircuits } from '../routes/paths/declared-primaries.ts'
import { isLearnedFromExternalNeighbor, listGatewayNeighbors, type GatewayRouteTableRow } from '../../../model/route.ts'
import type { ResourceState } from '../../../model/scope-state.ts'
import type { GroupTopology } from '../../../model/topology.ts'
import type { LearnedPrefixGroup, SiteLearningState } from '../../../model/site-memory.ts'

/** All current routes of a group. */
export type GroupRouteSnapshot = readonly GatewayRouteTableRow[]

/**
 * Sites are not learned in a group with more prefixes than this. The learned state is read with every poll that reports
 * a change, so it must be small.
 */
const MAX_PREFIXES = 5_000

type Reach = Omit<LearnedPrefixGroup, 'prefixes'>
type Move = Reach & { since: EpochMs }

const NOTHING_LEARNED: SiteLearningState = { snapshotAt: 0, known: [], moving: [] }
const NOWHERE: Reach = { circuits: [], confidence: 'certain', entries: [] }

/**
 * Returns the gateway whose stored state contains the learned sites of a group: the gateway that already has them,
 * otherwise the first gateway. Null if the group has no gateway.
 */
export function findSiteLearningGateway(
  { gateways }: GroupTopology,
  stateOf: (scope: string) => ResourceState | undefined,
): string | null {
  const scopes = gateways.map(({ scope }) => scope).toSorted()
  return scopes.find((scope) => stateOf(scope)?.learning) ?? scopes[0] ?? null
}

/** Interval in ms at which all routes are compared with the declarations of primary circuits. */
const DECLARED_EVERY_MS = 10 * 60_000

/**
 * Reports whether all routes of a group must be read for a comparison with sites and declarations. This is done at an
 * interval, only in groups with circuits. The interval is shorter if prefixes are declared for certain circuits.
 */
export function isRouteSnapshotDue(
  topology: GroupTopology,
  snapshotAt: EpochMs | null,
  now: EpochMs,
  settings: DetectionSettings,
): boolean {
  const usual = settings['sites.snapshot']
  const every = hasDeclaredPrimaryCircuits(topology) ? Math.min(DECLARED_EVERY_MS, usual) : usual
  return topology.circuits.length > 0 && (snapshotAt === null || Math.abs(now - snapshotAt) >= every)
}

/** Updates the learned sites from all current routes of the group (a snapshot). */
export function applyRouteSnapshot(context: DetectionContext, snapshot: GroupRouteSnapshot): void {
  const { topology, scopes, mark, settings } = context
  const learner = findSiteLearningGateway(topology, (scope) => scopes[scope])
  const reached = reachedNow(topology, snapshot)
  if (learner === null || reached.size > MAX_PREFIXES) return
  const state = ensureResourceState(context, learner)
  state.learning = updateLearnedSites(state.learning ?? NOTHING_LEARNED, reached, mark.finishedAt, settings)
}

function reachedNow(topology: GroupTopology, entries: GroupRouteSnapshot): Map<string, Reach> {
  // a default route belongs to no site
  const own = entries.filter((entry) => isLearnedFromExternalNeighbor(entry) && !DEFAULT_ROUTES.has(entry.prefix))
  return new Map(
    [...Map.groupBy(own, ({ prefix }) => prefix)].flatMap(([prefix, all]): [string, Reach][] => {
      const reach = reachBy(topology, listGatewayNeighbors(selectBestRoutes(all, topology)))
      // a prefix that is reached over circuits of several customers is not learned as a site of any of them
      return hasSeveralOwners(topology, reach.circuits) ? [] : [[prefix, reach]]
    }),
  )
}

function reachBy({ mappings }: GroupTopology, entries: readonly string[]): Reach {
  const own = mappings.filter(({ gateway, neighbor }) => entries.includes(`${gateway} ${neighbor}`))
  return {
    circuits: [...new Set(own.map(({ circuit }) => circuit))].toSorted(),
    confidence: own.every(({ confidence }) => confidence === 'certain') ? 'certain' : 'inferred',
    entries: [...entries],
  }
}

/**
 * Returns the learned state after all routes were read once more. A prefix that has been reached over the same circuits
 * for the setting `sites.learning` belongs to the site behind these circuits. If it is then reached over other circuits
 * for a shorter time, it keeps its site. A prefix without any path is deleted after the setting `sites.forget`.
 */
export function updateLearnedSites(
  memory: SiteLearningState,
  reached: ReadonlyMap<string, Reach>,
  now: EpochMs,
  settings: Pick<DetectionSettings, 'sites.learning' | 'sites.forget'>,
): SiteLearningState {
  const known = byPrefix<Reach>(memory.known)
  const moving = byPrefix<Move>(memory.moving)
  for (const prefix of new Set([...reached.keys(), ...known.keys(), ...moving.keys()])) {
    const reach = reached.get(prefix) ?? NOWHERE
    const before = known.get(prefix)
    const move = moving.get(prefix)
    if (before && isSame(before, reach)) {
      known.set(prefix, merged(before, reach))
      moving.delete(prefix)
    } else if (!move || !isSame(move, reach)) {
      if (before || reach.entries.length > 0) moving.set(prefix, { ...reach, since: now })
      else moving.delete(prefix)
    } else if (reach.entries.length === 0 && now - move.since >= settings['sites.forget']) {
      known.delete(prefix)
      moving.delete(prefix)
    } else if (reach.entries.length > 0 && now - move.since >= settings['sites.learning']) {
      known.set(prefix, merged(move, reach))
      moving.delete(prefix)
    } else {
      moving.set(prefix, { ...merged(move, reach), since: move.since })
    }
  }
  return { snapshotAt: now, known: alike(known), moving: alike(moving) }
}

/**
 * Reports whether two ways to reach a prefix are the same: they use the same circuits. If the circuits of one of them
 * are unknown, the neighbors are compared instead.
 */
function isSame(a: Reach, b: Reach): boolean {
  const isKnown = a.circuits.length > 0 && b.circuits.length > 0
  return isKnown ? a.circuits.join() === b.circuits.join() : a.entries.join() === b.entries.join()
}

/**
 * Returns how a prefix is reached now. If no circuit is known now, the earlier circuits are returned, because the
 * routes by which the neighbor was mapped to a circuit may be gone.
 */
const merged = (before: Reach, now: Reach): Reach => (now.circuits.length > 0 ? reachOf(now) : reachOf(before))

const reachOf = ({ circuits, confidence, entries }: Reach): Reach => ({ circuits, confidence, entries })

function byPrefix<Entry extends Reach>(groups: readonly (Entry & { prefixes: string[] })[]): Map<string, Entry> {
  return new Map(groups.flatMap((group) => group.prefixes.map((prefix) => [prefix, entryOf(group)] as const)))
}

/**
 * Returns the data of a group of prefixes without the prefixes, so that {@link alike} can combine prefixes with equal
 * data.
 */
function entryOf<Entry extends Reach>({ prefixes: _, ...entry }: Entry & { prefixes: string[] }): Entry {
  // The remaining fields are an Entry, but the compiler cannot infer this for a generic type.
  return entry as unknown as Entry
}

/** Groups prefixes that have equal data. The order of the result does not depend on the order of the input. */
function alike<Entry extends Reach>(entries: ReadonlyMap<string, Entry>): (Entry & { prefixes: string[] })[] {
  const groups = Map.groupBy(entries, ([, { circuits, confidence, entries, ...rest }]) =>
    JSON.stringify([circuits, confidence, entries, rest]),
  )
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, own]) => {
      const [first] = own
      return first ? [{ ...first[1], prefixes: own.map(([prefix]) => prefix).toSorted() }] : []
    })
}
