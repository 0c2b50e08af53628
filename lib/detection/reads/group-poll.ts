import { type DetectedEvent, type EpochMs, isForwardingTable, type PollMark } from '#lib/contract/index.ts'
import { learnedSites, findSiteLearningGateway } from '../group/rules/sites/index.ts'
import type { GroupState } from '../model/scope-state.ts'
import type { DetectionSettings } from '../model/settings.ts'
import type { Signal } from '../model/signal.ts'
import type { SiteLearning } from '../model/site-memory.ts'
import type { Topology } from '../model/topology.ts'

/** A poll that will be evaluated for a group, with the group's stored state. */
export interface GroupPoll {
  mark: PollMark
  /** intended poll interval of its source in ms */
  everyMs: number
  signals: readonly Signal[]
  /** events that the source itself raised or updated */
  events: readonly DetectedEvent[]
  topology: Topology
  /** every scope of the group */
  scopes: readonly string[]
  /** stored state of the scopes of the group and of {@link sharedScopes} */
  state: GroupState
  settings: DetectionSettings
  /**
   * true if this poll may check all routes of the group; false if the caller knows of a recent check. The stored state
   * decides whether a check is due.
   */
  maySnapshot: boolean
}

export const gatewaysOf = ({ gateways }: Topology): string[] => gateways.map(({ scope }) => scope)

/**
 * Returns the gateways whose route tables are read for a poll of learned routes. The polled gateway is always included,
 * because the inventory may not list it, and without its rows every prefix would seem lost.
 */
export const tablesOf = ({ topology, mark }: Pick<GroupPoll, 'topology' | 'mark'>): string[] => [
  ...new Set([...gatewaysOf(topology), mark.scope]),
]

/** Returns when all routes of a group were last checked; null = never. */
export const snapshotAtIn = (topology: Topology, state: GroupState): EpochMs | null =>
  learningOf(topology, state)?.snapshotAt ?? null

/**
 * Returns the topology with the sites that the group learned, if the poll needs them: it is a poll of learned routes,
 * or it may end events whose routes are already back. Otherwise the topology is unchanged.
 */
export function withLearned(poll: GroupPoll): Topology {
  const { topology, mark, state } = poll
  const isLearned = mark.kind === 'learned'
  if (!isLearned && !mayShowReturn(poll)) return topology
  const learning = learningOf(topology, state)
  if (!learning && !isLearned) return topology
  const declared = topology.sites.flatMap(({ prefixes }) => prefixes)
  return { ...topology, learned: learning ? learnedSites(learning, topology.circuits, declared) : [] }
}

/**
 * Reports whether routes may have returned before this poll without ending their events. This is so if the inventory
 * shows a resource again or for the first time, or if neighbors of such a resource are mapped again.
 */
export const mayShowReturn = ({ mark, signals, topology, state }: GroupPoll): boolean =>
  !isForwardingTable(mark.kind) &&
  (signals.some((signal) => signal.type === 'config' && signal.changes.some(({ op }) => op === 'added')) ||
    topology.mappings.some(({ gateway, neighbor }) => state[gateway]?.relisted?.[neighbor] !== undefined))

function learningOf(topology: Topology, state: GroupState): SiteLearning | null {
  const learner = findSiteLearningGateway(topology, (scope) => state[scope])
  return learner === null ? null : (state[learner]?.learning ?? null)
}
