import type { PollLoad } from '#lib/history/index.ts'
import {
  listBgpConnectionGateways,
  type PollIntervalName,
  pollKindDefinitions,
  type PlannedResource,
} from '#lib/azure/kinds/index.ts'
import {
  normalizeArmId,
  armTypes,
  type DeclaredPollingExclusion,
  findExclusion,
  type PollKind,
} from '#lib/contract/index.ts'

/** A planned poll of a resource, with its interval. */
export interface PlannedPoll extends Pick<PollLoad, 'resourceId' | 'kind' | 'everySeconds' | 'resource'> {
  subresource: string
}

/** The configured intervals in milliseconds, by name. */
export type PollIntervals = Record<PollIntervalName, number>

/** The resources for which polls are planned. */
export interface PollInventory {
  /** Ids of the monitored subscriptions, in lower case. */
  subscriptionIds: readonly string[]
  resources: readonly PlannedResource[]
  /** BGP neighbors of each gateway for which advertised routes are polled, by the gateway's ARM id in lower case. */
  neighbors: ReadonlyMap<string, readonly string[]>
  /** Resources that operators excluded from polling; absent = none. */
  exclusions?: readonly DeclaredPollingExclusion[]
}

/** All kinds of polls, in the order in which `kinds` lists them. */
const plannedKinds = Object.keys(pollKindDefinitions) as PollKind[]

/** Returns the ARM id of a subscription, under which its own polls are scheduled. */
export function buildSubscriptionId(subscriptionId: string): string {
  return `/subscriptions/${subscriptionId}`
}

/** Returns all polls that should take place, with their intervals. The schedule drops every other poll. */
export function planPolls(
  { subscriptionIds, resources, neighbors, exclusions = [] }: PollInventory,
  intervals: PollIntervals,
): PlannedPoll[] {
  const watched = new Set(subscriptionIds.map((id) => id.toLowerCase()))
  const subscriptions = [...watched].map((subscriptionId) => ({
    resourceId: buildSubscriptionId(subscriptionId),
    type: armTypes.subscription,
    subscriptionId,
    config: null,
  }))
  const own = resources.filter(
    (resource) => watched.has(resource.subscriptionId.toLowerCase()) && findExclusion(resource, exclusions) === null,
  )
  // use all resources here, because a gateway has BGP even if its connections are excluded from polling
  const withBgp = listBgpConnectionGateways(resources)
  const planned = own.map((resource) => ({
    ...resource,
    hasBgpConnection: withBgp.has(normalizeArmId(resource.resourceId)),
  }))
  return [...subscriptions, ...planned].flatMap((resource) =>
    pollsOf(resource, neighbors.get(resource.resourceId.toLowerCase()) ?? [], intervals),
  )
}

/** Returns the polls of a resource, grouped by subresource. */
function pollsOf(resource: PlannedResource, neighbors: readonly string[], intervals: PollIntervals): PlannedPoll[] {
  const polls = plannedKinds.flatMap((kind) => {
    const {
      types,
      interval,
      leastIntervalMs = 0,
      operation,
      runsOn,
      slicesMs,
      subresources,
    } = pollKindDefinitions[kind]
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
