import { type DetectedEvent, type EpochMs, isForwardingTable, type PollMark } from '#lib/contract/index.ts'
import { learnedSites, findSiteLearningGateway } from '../group/rules/sites/index.ts'
import type { GroupState } from '../model/scope-state.ts'
import type { DetectionSettings } from '../model/settings.ts'
import type { Signal } from '../model/signal.ts'
import type { SiteLearning } from '../model/site-memory.ts'
import type { Topology } from '../model/topology.ts'

/** A poll that is about to be folded into a group. */
export interface GroupPoll {
  mark: PollMark
  /** how often its source is meant to be polled */
  everyMs: number
  signals: readonly Signal[]
  /** the source's own events, new or in a later version */
  events: readonly DetectedEvent[]
  topology: Topology
  /** every scope of the group */
  scopes: readonly string[]
  /** what is remembered of them, and of {@link sharedScopes} */
  state: GroupState
  settings: DetectionSettings
  /** the caller has not noted a recent check of all routes; whether it is time for one follows from the state */
  maySnapshot: boolean
}

export const gatewaysOf = ({ gateways }: Topology): string[] => gateways.map(({ scope }) => scope)

/**
 * Names the gateways whose tables are compared with a poll of learned routes. The polled gateway is always among them: the inventory may
 * not list it yet or any more, and without its rows every prefix would seem lost.
 */
export const tablesOf = ({ topology, mark }: Pick<GroupPoll, 'topology' | 'mark'>): string[] => [
  ...new Set([...gatewaysOf(topology), mark.scope]),
]

/** When all routes of a group were checked last; null = never. */
export const snapshotAtIn = (topology: Topology, state: GroupState): EpochMs | null =>
  learningOf(topology, state)?.snapshotAt ?? null

/**
 * The topology with the sites that its group learned. Only polls of learned routes use them, and polls that may end events whose routes are back
 * already.
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
 * Reports whether routes may have come back before this poll without an event of theirs ending: a list shows a resource that the list before did
 * not show, or neighbors of such a resource are mapped again.
 */
export const mayShowReturn = ({ mark, signals, topology, state }: GroupPoll): boolean =>
  !isForwardingTable(mark.kind) &&
  (signals.some((signal) => signal.type === 'config' && signal.changes.some(({ op }) => op === 'added')) ||
    topology.mappings.some(({ gateway, neighbor }) => state[gateway]?.relisted?.[neighbor] !== undefined))

function learningOf(topology: Topology, state: GroupState): SiteLearning | null {
  const learner = findSiteLearningGateway(topology, (scope) => state[scope])
  return learner === null ? null : (state[learner]?.learning ?? null)
}
