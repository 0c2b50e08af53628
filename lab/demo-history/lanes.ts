import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { type ValueByAddressFamily, GATEWAY_ASN } from '#lib/bgp/index.ts'
import {
  type EpochMs,
  isPolledGatewayType,
  findMseePathAddresses,
  type PollTarget,
  type ResourceConfig,
  type ResourceRow,
} from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import {
  listEffectChangeTimes,
  listPacketLossTimes,
  type RoutingDomain,
  type SimulatedWorld,
} from '../simulator/index.ts'
import {
  getConfiguredInstances,
  groupConnectedResources,
  type KnownSourceFacts,
  EMPTY_SOURCE_KNOWLEDGE,
  type PlannedPoll,
  type PollIntervals,
  planPolls,
} from '#lib/poller/index.ts'
import type { PollTrackGroup } from './lane.ts'
import { type PastTimeRange, isWithinTimeRanges, type PastPollTrack } from './track.ts'
import { createVirtualAzure, type GeneratedPastPollKind, type VirtualAzureClient } from './virtual-azure.ts'

/** Poll intervals of the past: the product's defaults, except for counters. */
export const GENERATED_PAST_POLL_INTERVALS: PollIntervals = {
  sessionsMs: MS_PER_MINUTE,
  circuitsMs: MS_PER_MINUTE,
  routesMs: 5 * MS_PER_MINUTE,
  inventoryMs: 10 * MS_PER_MINUTE,
  metricsMs: 5 * MS_PER_MINUTE,
  activityMs: 5 * MS_PER_MINUTE,
}
/**
 * Intervals of counters. Every poll of a counter stores a sample, so that each one has a cost: every minute in the last
 * two hours, every 5 minutes in the last day, and before that every 15 minutes, from which 5-minute points can still be
 * derived.
 */
const COUNTERS = [
  { before: MS_PER_DAY, everyMs: 15 * MS_PER_MINUTE },
  { before: 2 * MS_PER_HOUR, everyMs: 5 * MS_PER_MINUTE },
]

/**
 * Time around the loss of a link in which counters are polled at the product's default interval. Detection needs some
 * samples before the loss, and samples until the counters move again.
 */
const WATCHED = { before: 5 * MS_PER_MINUTE, after: 15 * MS_PER_MINUTE }

/** Delays after which the entries of a change may have arrived in the Activity log. */
const LOG_APPEARS = [0, 5, 10, 15, 20].map((minutes) => minutes * MS_PER_MINUTE)

/** Duration of calls in milliseconds. ARM's diagnostic calls are operations that run for a while. */
const TAKES: Readonly<Record<GeneratedPastPollKind, number>> = {
  peers: 420,
  learned: 640,
  advertised: 560,
  summary: 380,
  arp: 360,
  tables: 520,
  stats: 60,
  connection: 40,
  inventory: 280,
  activity: 120,
}

/**
 * Offset of each kind within its interval. Discovery is first, then polls that report sessions, then polls that use the
 * known sessions.
 */
const AFTER: Readonly<Record<GeneratedPastPollKind, number>> = {
  inventory: 0,
  activity: 0,
  peers: MS_PER_SECOND,
  summary: MS_PER_SECOND,
  stats: 2 * MS_PER_SECOND,
  connection: 2 * MS_PER_SECOND,
  learned: 3 * MS_PER_SECOND,
  arp: 3 * MS_PER_SECOND,
  tables: 4 * MS_PER_SECOND,
  advertised: 5 * MS_PER_SECOND,
}

export interface GeneratedPastContext {
  world: SimulatedWorld
  azure: VirtualAzureClient
  from: EpochMs
  /** start of the polls of byte counters, as if the worker was permitted to read them only from then on; default `from` */
  countersFrom?: EpochMs | undefined
  /** end of the last day, in which counters are polled more often */
  origin: EpochMs
  /** moments at which data may change are searched up to this time */
  horizon: EpochMs
  sourceIds: (targets: readonly PollTarget[]) => Promise<number[]>
}

/** Discovers the estate at the begin of the past, and returns the lanes of everything that a worker would poll. */
export async function createPollTrackGroups(past: GeneratedPastContext): Promise<PollTrackGroup[]> {
  const { world, from, origin } = past
  const subscriptionIds = world.scenario.subscriptions.map(({ id }) => id.toLowerCase())
  // the lists that are read here are not recorded, and a client caches its last lists, so that this client is used for
  // nothing else
  const discovering = createVirtualAzure(world)
  const resources = await discover(discovering, subscriptionIds, from)
  const groupOf = groupOfResource([resources, await discover(discovering, subscriptionIds, origin)])
  discovering.close()
  const gateways = resources.filter(({ type }) => isPolledGatewayType(type))
  const neighbors = new Map(
    await Promise.all(
      gateways.map(async (gateway) => [gateway.resourceId.toLowerCase(), await neighborsOf(past, gateway)] as const),
    ),
  )
  const plan = planPolls({ subscriptionIds, resources, neighbors }, GENERATED_PAST_POLL_INTERVALS).filter(isPast)
  const ids = await past.sourceIds(plan)
  const edgesOf = edgesByDomain(past)
  const tracks = plan.map((poll, i) => trackOf(past, poll, ids[i] ?? 0, resources, groupOf, edgesOf))
  return [...Map.groupBy(tracks, laneKey).values()].map((own) => ({
    tracks: own,
    knowledge: knowledgeOf(own, resources),
  }))
}

type PastPoll = PlannedPoll & { kind: GeneratedPastPollKind }
const isPast = (poll: PlannedPoll): poll is PastPoll => poll.kind in TAKES

async function discover(
  azure: VirtualAzureClient,
  subscriptionIds: readonly string[],
  at: EpochMs,
): Promise<ResourceRow[]> {
  const resources: ResourceRow[] = []
  for (const id of subscriptionIds) {
    const target = { resourceId: `/subscriptions/${id}`, subresource: '' }
    const observation = await azure.poll(target, 'inventory', { startedAt: at, finishedAt: at + TAKES.inventory })
    if (observation.kind !== 'inventory' || observation.outcome !== 'ok')
      throw new Error(`the estate could not be discovered: ${observation.error?.detail}`)
    resources.push(...observation.rows.resources)
  }
  return resources
}

/**
 * Returns the neighbors whose advertised routes are polled: neighbors outside Azure that are up when the past begins.
 */
async function neighborsOf({ azure, from }: GeneratedPastContext, { resourceId }: ResourceRow): Promise<string[]> {
  const startedAt = from + AFTER.peers
  const target = { resourceId, subresource: '' }
  const observation = await azure.poll(target, 'peers', { startedAt, finishedAt: startedAt + TAKES.peers })
  if (observation.kind !== 'peers') return []
  const outside = observation.rows.filter(({ asn, state }) => asn !== GATEWAY_ASN && state === 'established')
  return [...new Set(outside.map(({ neighbor }) => neighbor))]
}

/**
 * Returns the detection group of each resource by its lower-cased ARM ID. Groups that were one group in any of these
 * estates are merged.
 */
function groupOfResource(estates: readonly (readonly ResourceRow[])[]): ReadonlyMap<string, string> {
  const group = new Map<string, string>()
  const listed = (row: ResourceRow) => ({ ...row, id: row.resourceId.toLowerCase() })
  for (const { scopes } of estates.flatMap((estate) => groupConnectedResources(estate.map(listed)))) {
    const former = new Set(scopes.map((scope) => group.get(scope) ?? scope))
    const [name = ''] = scopes
    for (const [scope, of] of group) if (former.has(of)) group.set(scope, name)
    for (const scope of scopes) group.set(scope, name)
  }
  return group
}

function trackOf(
  past: GeneratedPastContext,
  poll: PastPoll,
  sourceId: number,
  resources: readonly ResourceRow[],
  groupOf: ReadonlyMap<string, string>,
  edgesOf: (kind: GeneratedPastPollKind, resourceId: string) => readonly EpochMs[],
): PastPollTrack {
  const { kind, resourceId, subresource, everySeconds } = poll
  const { from, countersFrom = from, origin } = past
  const usual = everySeconds * 1_000
  const counts = kind === 'stats' || kind === 'connection'
  const watched = kind === 'stats' ? watchedOf(past, resourceId) : []
  const sparse = (at: EpochMs) => COUNTERS.find(({ before }) => at < origin - before)?.everyMs ?? usual
  return {
    target: { resourceId, subresource },
    kind,
    group: groupOf.get(resourceId.toLowerCase()) ?? null,
    sourceId,
    localAddresses: kind === 'summary' ? mseeAddresses(poll, resources) : null,
    takesMs: TAKES[kind],
    everyMs: counts ? (at) => (isWithinTimeRanges(at, watched) ? usual : upTo(sparse(at), at, watched)) : () => usual,
    edges: edgesOf(kind, resourceId),
    watched,
    heartbeatMs: kind === 'inventory' ? 7 * MS_PER_DAY : MS_PER_DAY,
    next: (counts ? Math.max(from, countersFrom) : from) + AFTER[kind],
    expedited: null,
    settle: 0,
    lackingUntil: 0,
    changes: [],
    last: null,
    unchanged: [],
  }
}

/**
 * Returns an interval that is shortened if a watched period begins earlier, so that the next poll is at the begin of
 * that period.
 */
function upTo(everyMs: number, at: EpochMs, intervals: readonly PastTimeRange[]): number {
  return Math.min(everyMs, ...intervals.flatMap(({ from }) => (from > at ? from - at : [])))
}

function watchedOf({ world, from, horizon }: GeneratedPastContext, circuitId: string): PastTimeRange[] {
  const name = circuitId.split('/').at(-1) ?? ''
  return listPacketLossTimes(world, name, from, horizon).map((loss) => ({
    from: loss.from - WATCHED.before,
    until: loss.until + WATCHED.after,
  }))
}

/**
 * Returns a function that lists the moments at which the data of a kind and resource may change. Tracks of one domain
 * share a list. Entries of the Activity log appear some minutes after the change that they report.
 */
function edgesByDomain({ world, from, horizon }: GeneratedPastContext) {
  const config = listEffectChangeTimes(world, from, horizon, ['config', 'fault'])
  const activity = config.flatMap((edge) => LOG_APPEARS.map((late) => edge + late)).sort((a, b) => a - b)
  const known = new Map<string, readonly EpochMs[]>()
  return (kind: GeneratedPastPollKind, resourceId: string): readonly EpochMs[] => {
    if (kind === 'inventory') return config
    if (kind === 'activity') return activity
    const domain = domainOf(world, resourceId)
    const edges = known.get(domain?.id ?? '') ?? listEffectChangeTimes(world, from, horizon, undefined, domain)
    known.set(domain?.id ?? '', edges)
    return edges
  }
}

/** Returns the domain of a circuit, connection or gateway of a virtual network; undefined for all other resources. */
function domainOf({ topology }: SimulatedWorld, resourceId: string): RoutingDomain | undefined {
  const [type, name = ''] = resourceId.split('/').slice(-2)
  switch (type?.toLowerCase()) {
    case 'expressroutecircuits':
      return topology.domainOfCircuit.get(name)
    case 'virtualnetworkgateways':
      return topology.domainOfGateway.get(name)
    case 'connections':
      return topology.domains.find(({ connections }) => connections.some((one) => one.name === name))
    default:
      return undefined
  }
}

export function mseeAddresses(
  { resourceId, subresource }: PollTarget,
  resources: readonly ResourceRow[],
): ValueByAddressFamily | null {
  const [peering = '', path] = subresource.split('/')
  if (path !== 'primary' && path !== 'secondary') return null
  const config = configOf(resourceId, resources)
  return config?.resource === 'circuit' ? findMseePathAddresses(config, peering, path) : null
}

function configOf(resourceId: string, resources: readonly ResourceRow[]): ResourceConfig | null {
  const found = resources.find((row) => row.resourceId.toLowerCase() === resourceId.toLowerCase())
  return found ? decodeResourceConfig(found.type, found.config) : null
}

/**
 * Returns the key of a lane: a gateway with all its polls, or one path of a circuit. Kinds that do not depend on other
 * polls have a separate lane.
 */
function laneKey({ target, kind }: PastPollTrack): string {
  const alone = kind === 'stats' || kind === 'connection' || kind === 'inventory' || kind === 'activity'
  const place = kind === 'advertised' ? '' : target.subresource
  return [target.resourceId.toLowerCase(), place, alone ? kind : ''].join('\n')
}

function knowledgeOf([track]: readonly PastPollTrack[], resources: readonly ResourceRow[]) {
  return track ? knownAtFirst(track.target.resourceId, resources) : EMPTY_SOURCE_KNOWLEDGE
}

/** Returns the knowledge from a resource's configuration that is needed to read its polls. */
export const knownAtFirst = (resourceId: string, resources: readonly ResourceRow[]): KnownSourceFacts => ({
  ...EMPTY_SOURCE_KNOWLEDGE,
  ...getConfiguredInstances(configOf(resourceId, resources)),
})
