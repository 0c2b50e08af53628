import { type DetectedEvent, type EpochMs, isForwardingTablePollKind, type PollRecord } from '#lib/contract/index.ts'
import { findLearnedSites, findSiteLearningGateway } from '../group/rules/sites/index.ts'
import type { GroupState } from '../model/scope-state.ts'
import type { DetectionSettings } from '../model/settings.ts'
import type { PollSignal } from '../model/signal.ts'
import type { SiteLearningState } from '../model/site-memory.ts'
import { isVirtualWanHubScope, type GroupTopology } from '../model/topology.ts'

/** A poll that will be evaluated for a group of connected resources, with the group's stored state. */
export interface GroupPollEvaluationInput {
  mark: PollRecord
  /** intended interval between polls of the polled source, in ms */
  everyMs: number
  signals: readonly PollSignal[]
  /** events that were raised or updated from the polled source only */
  events: readonly DetectedEvent[]
  topology: GroupTopology
  /** scopes (short IDs) of all circuits and gateways of the group */
  scopes: readonly string[]
  /** scopes of the subscriptions whose lists contain the resources of the group; absent = not known */
  lists?: readonly string[]
  /** stored state of each of `scopes`, and of {@link getExtraResourceIds} */
  state: GroupState
  settings: DetectionSettings
  /**
   * true if all routes of the group may be read at this poll; false if the caller knows that they were read recently.
   * If true, the stored state decides whether they are read
   */
  maySnapshot: boolean
}

export const listGatewayIds = ({ gateways }: GroupTopology): string[] => gateways.map(({ scope }) => scope)

/**
 * Returns the gateways whose route tables are read for a poll of learned routes. They always include the polled
 * gateway, even if the inventory does not list it, because without its rows every prefix would seem lost. For a poll of
 * a hub's table, only this table is read, because it alone decides for all networks of the hub.
 */
export const listGatewaysWithRouteTables = ({
  topology,
  mark,
}: Pick<GroupPollEvaluationInput, 'topology' | 'mark'>): string[] =>
  isVirtualWanHubScope(topology, mark.scope) ? [mark.scope] : [...new Set([...listGatewayIds(topology), mark.scope])]

/** Returns when all routes of a group were last read; null = never. */
export const getRouteSnapshotTime = (topology: GroupTopology, state: GroupState): EpochMs | null =>
  learningOf(topology, state)?.snapshotAt ?? null

/**
 * Returns the topology with the sites that the group learned if the poll needs them, otherwise the unchanged topology.
 * A poll of learned routes needs them, and so does a poll that may end events whose routes are already back.
 */
export function addLearnedSites(poll: GroupPollEvaluationInput): GroupTopology {
  const { topology, mark, state } = poll
  const isLearned = mark.kind === 'learned'
  if (!isLearned && !canShowReturnedRoutes(poll)) return topology
  const learning = learningOf(topology, state)
  if (!learning && !isLearned) return topology
  const declared = topology.sites.flatMap(({ prefixes }) => prefixes)
  return { ...topology, learned: learning ? findLearnedSites(learning, topology.circuits, declared) : [] }
}

/**
 * Reports whether the routes of open events may have come back without ending the events. This is possible if the
 * inventory shows a resource for the first time or again, or if neighbors of such a resource are mapped to it again.
 */
export const canShowReturnedRoutes = ({ mark, signals, topology, state }: GroupPollEvaluationInput): boolean =>
  !isForwardingTablePollKind(mark.kind) &&
  (signals.some((signal) => signal.type === 'config' && signal.changes.some(({ op }) => op === 'added')) ||
    topology.mappings.some(({ gateway, neighbor }) => state[gateway]?.relisted?.[neighbor] !== undefined))

function learningOf(topology: GroupTopology, state: GroupState): SiteLearningState | null {
  const learner = findSiteLearningGateway(topology, (scope) => state[scope])
  return learner === null ? null : (state[learner]?.learning ?? null)
}
