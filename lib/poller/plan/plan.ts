import type { PollLoad } from '#lib/history/index.ts'
import { gatewaysOfBgpConnections, type IntervalName, kinds, type PlannedResource } from '#lib/azure/kinds/index.ts'
import { armKey, armTypes, type DeclaredExclusion, findExclusion, type PollKind } from '#lib/contract/index.ts'

/** A row of the schedule, identified by resource. */
export interface PlannedPoll extends Pick<PollLoad, 'resourceId' | 'kind' | 'everySeconds' | 'resource'> {
  subresource: string
}

/** The configured intervals in milliseconds. */
export type PollIntervals = Record<IntervalName, number>

/** The known estate when the plan is made. */
export interface Inventory {
  /** IDs of the monitored subscriptions, in lower case */
  subscriptionIds: readonly string[]
  resources: readonly PlannedResource[]
  /** BGP neighbors of a gateway whose advertised routes are polled, by lower-cased resource ID */
  neighbors: ReadonlyMap<string, readonly string[]>
  /** resources that operators excluded from polling; absent = no exclusions */
  exclusions?: readonly DeclaredExclusion[]
}

/** All kinds, in the order of the registry. */
const plannedKinds = Object.keys(kinds) as PollKind[]

/** Returns the ARM ID by which a subscription itself is polled. */
export function subscriptionResource(subscriptionId: string): string {
  return `/subscriptions/${subscriptionId}`
}

/** Returns all polls with their intervals. A poll that is not in the plan ends. */
export function planPolls(
  { subscriptionIds, resources, neighbors, exclusions = [] }: Inventory,
  intervals: PollIntervals,
): PlannedPoll[] {
  const watched = new Set(subscriptionIds.map((id) => id.toLowerCase()))
  const subscriptions = [...watched].map((subscriptionId) => ({
    resourceId: subscriptionResource(subscriptionId),
    type: armTypes.subscription,
    subscriptionId,
    config: null,
  }))
  const own = resources.filter(
    (resource) => watched.has(resource.subscriptionId.toLowerCase()) && findExclusion(resource, exclusions) === null,
  )
  // considers all resources, because a connection that is excluded from polling still uses BGP
  const withBgp = gatewaysOfBgpConnections(resources)
  const planned = own.map((resource) => ({ ...resource, hasBgpConnection: withBgp.has(armKey(resource.resourceId)) }))
  return [...subscriptions, ...planned].flatMap((resource) =>
    pollsOf(resource, neighbors.get(resource.resourceId.toLowerCase()) ?? [], intervals),
  )
}

/** Returns the polls of a resource, grouped by subresource. */
function pollsOf(resource: PlannedResource, neighbors: readonly string[], intervals: PollIntervals): PlannedPoll[] {
  const polls = plannedKinds.flatMap((kind) => {
    const { types, interval, leastIntervalMs = 0, operation, runsOn, slicesMs, subresources } = kinds[kind]
    if (!types.includes(resource.type)) return []
    const everySeconds = Math.max(intervals[interval], leastIntervalMs) / 1000
    return subresources(resource, neighbors).map((subresource) => ({
      resourceId: resource.resourceId,
      subresource,
      kind,
      everySeconds,
      resource: operation || slicesMs ? (runsOn?.(resource) ?? resource.resourceId).toLowerCase() : null,
    }))
  })
  return [...Map.groupBy(polls, ({ subresource }) => subresource).values()].flat()
}
