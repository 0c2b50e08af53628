import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  circuitPaths,
  isPeeringEnabled,
  isPolledGatewayType,
  isProvisioned,
  polledGatewayTypes,
  type PollKind,
} from '#lib/contract/index.ts'

/** One row of the timetable, named by resource. */
export interface PlannedPoll {
  resourceId: string
  part: string
  kind: PollKind
  everySeconds: number
}

/** The configured intervals, in milliseconds. */
export interface PollIntervals {
  sessionsMs: number
  circuitsMs: number
  routesMs: number
  inventoryMs: number
  metricsMs: number
  activityMs: number
}

/** What is known of the estate when the plan is made. */
export interface Estate {
  /** the subscriptions to watch, lower case */
  subscriptionIds: readonly string[]
  resources: readonly PlannedResource[]
  /** by lower-cased resource id: neighbors of a gateway to ask the advertised routes of */
  neighbors: ReadonlyMap<string, readonly string[]>
}

export interface PlannedResource {
  resourceId: string
  /** lower case */
  type: string
  subscriptionId: string
  config: unknown
}

/** Types of resources that have polls of their own. */
export const polledTypes: readonly string[] = [
  ...polledGatewayTypes,
  armTypes.circuit,
  armTypes.connection,
  armTypes.connectionMonitor,
]

/** The ARM id by which a subscription itself is polled. */
export function subscriptionResource(subscriptionId: string): string {
  return `/subscriptions/${subscriptionId}`
}

/** Everything that is to be polled, and how often. What is not in the plan is not polled any more. */
export function planPolls(estate: Estate, intervals: PollIntervals): PlannedPoll[] {
  const watched = new Set(estate.subscriptionIds.map((id) => id.toLowerCase()))
  const subscriptions = [...watched].flatMap((id) => subscriptionPolls(subscriptionResource(id), intervals))
  const resources = estate.resources
    .filter(({ subscriptionId }) => watched.has(subscriptionId.toLowerCase()))
    .flatMap((resource) => resourcePolls(resource, estate, intervals))
  return [...subscriptions, ...resources]
}

function subscriptionPolls(resourceId: string, { inventoryMs, activityMs }: PollIntervals): PlannedPoll[] {
  const poll = pollsOf(resourceId)
  return [poll('inventory', inventoryMs), poll('activity', activityMs)]
}

function resourcePolls(resource: PlannedResource, { neighbors }: Estate, intervals: PollIntervals): PlannedPoll[] {
  const { resourceId, type } = resource
  if (isPolledGatewayType(type))
    return gatewayPolls(resourceId, neighbors.get(resourceId.toLowerCase()) ?? [], intervals)
  if (type === armTypes.circuit) return circuitPolls(resource, intervals)
  if (type === armTypes.connection) return [pollsOf(resourceId)('connection', intervals.circuitsMs)]
  if (type === armTypes.connectionMonitor) return [pollsOf(resourceId)('probe', intervals.metricsMs)]
  return []
}

function gatewayPolls(resourceId: string, neighbors: readonly string[], every: PollIntervals): PlannedPoll[] {
  const poll = pollsOf(resourceId)
  return [
    poll('peers', every.sessionsMs),
    poll('learned', every.routesMs),
    poll('metrics', every.metricsMs),
    ...[...new Set(neighbors)].map((neighbor) => poll('advertised', every.routesMs, neighbor)),
  ]
}

function circuitPolls({ resourceId, config }: PlannedResource, every: PollIntervals): PlannedPoll[] {
  const poll = pollsOf(resourceId)
  const whole = [poll('stats', every.circuitsMs), poll('metrics', every.metricsMs)]
  const circuit = decodeConfig(armTypes.circuit, config)
  if (!isProvisioned(circuit)) return whole
  const parts = circuit.peerings
    .filter(isPeeringEnabled)
    .flatMap(({ name }) => circuitPaths.map((path) => `${name}/${path}`))
  const paths = parts.flatMap((part) => [
    poll('summary', every.sessionsMs, part),
    poll('arp', every.circuitsMs, part),
    poll('tables', every.routesMs, part),
  ])
  return [...whole, ...paths]
}

function pollsOf(resourceId: string) {
  return (kind: PollKind, everyMs: number, part = ''): PlannedPoll => ({
    resourceId,
    part,
    kind,
    everySeconds: everyMs / 1000,
  })
}
