import type { EpochMs, PollMark } from '#lib/contract/index.ts'
import {
  type DetectionSettings,
  type GroupState,
  isSnapshotDue,
  learnedSites,
  learnerOf,
  type RouteSnapshot,
  type SiteLearning,
} from '#lib/detection/index.ts'
import type { DetectionStore } from './store.ts'
import type { TopologyGroup } from './types.ts'

/** All addresses there are. */
const EVERYTHING = ['0.0.0.0/0', '::/0']

/** A group with the sites that it learned, as far as a poll of learned routes asks for them. */
export function withLearned(group: TopologyGroup, mark: PollMark, known: GroupState): TopologyGroup {
  if (mark.kind !== 'learned') return group
  const { topology } = group
  const learning = learningOf(group, known)
  const declared = topology.sites.flatMap(({ prefixes }) => prefixes)
  const learned = learning ? learnedSites(learning, topology.circuits, declared) : []
  return { ...group, topology: { ...topology, learned } }
}

/** Every path of a group, where it is time to check them; null = it is not, or there are too many. */
export async function takeSnapshot(
  store: DetectionStore,
  group: TopologyGroup,
  mark: PollMark,
  known: GroupState,
  settings: DetectionSettings,
): Promise<RouteSnapshot | null> {
  const snapshotAt = snapshotAtIn(group, known)
  if (!isSnapshotDue(group.topology, snapshotAt, mark.finishedAt, settings)) return null
  return store.routesWithin(
    group.topology.gateways.map(({ scope }) => scope),
    EVERYTHING,
  )
}

/** When all paths of a group were checked last; null = never. */
export const snapshotAtIn = (group: TopologyGroup, known: GroupState): EpochMs | null =>
  learningOf(group, known)?.snapshotAt ?? null

function learningOf({ topology }: TopologyGroup, known: GroupState): SiteLearning | null {
  const learner = learnerOf(topology, (scope) => known[scope])
  return learner === null ? null : (known[learner]?.learning ?? null)
}
