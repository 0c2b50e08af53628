import { buildAzCommand } from '#lib/azure/az-command.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type EpochMs,
  findExclusion,
  parsePeeringType,
  type LongerPollIntervalReason,
  findFailedPollRemedy,
  getSubscriptionId,
} from '#lib/contract/index.ts'
import type {
  PollCoverageParameters,
  SourceExcludedFromPolling,
  ListedOnlyResource,
  SetupEndpointResponse,
  SourcesParameters,
  StoredSource,
} from '../api/index.ts'
import {
  readAwaitedRemovals,
  type StoredBudget,
  readBudgetsInUse,
  readNetworkApiVersion,
  readPollProgress,
} from '../store/index.ts'
import {
  readCoverageIntervals,
  readSubscriptionListingFailure,
  readResourcePage,
  readMetricSeries,
  readCurrentDeclarations,
  readSubscriptionDetails,
  type SourceStatus,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { polledResourceTypes } from '#lib/azure/kinds/index.ts'
import {
  readCoverageBetween,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  judgePollFreshness,
  readSources,
  pickPageOfList,
  resolvePinnedRange,
  resolveResourceId,
} from '#lib/questions/index.ts'
import { computeMetricFloorSeconds } from '../metric-floor.ts'

/** Returns a page of the polled sources (tables and states that are polled) with the state of their polls. */
export async function readPolledSourcePage(
  db: ReadableDatabase,
  parameters: SourcesParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<SetupEndpointResponse<'sources'>> {
  const q = getSqlExecutor(db)
  const scope = await resolveResourceId(q, parameters.scope)
  const all = await readSources(q, scope)
  const wanted = all.filter(({ poll }) => parameters.kind === undefined || poll.kind === parameters.kind)
  const drawnFrom = await readBudgetsInUse(q, now)
  const progressOf = await readPollProgress(q)
  const subscriptions = await readSubscriptionDetails(q)
  const neededSeconds = await neededAges(q, all)
  const views = wanted.map((source) => {
    const { sourceId, resourceId, subresource, poll } = source
    const state = subscriptions.get(getSubscriptionId(resourceId))?.state ?? null
    const facts = buildApiSource(source, now, drawnFrom(sourceId, poll.kind), state)
    return {
      ...facts,
      azCommand: buildAzCommand({ resourceId, kind: poll.kind, subresource }),
      floorSeconds: computeMetricFloorSeconds(source, all, neededSeconds.get(source.scope) ?? 0) ?? facts.floorSeconds,
      progress: progressOf(sourceId, poll.kind),
    }
  })
  const { rows, nextCursor } = pickPageOfList(views, keyOf, parameters)
  return {
    data: rows,
    ...buildFreshnessFields(
      wanted.map(({ poll }) => poll),
      now,
    ),
    nextCursor,
    excluded: await excludedResources(q, scope),
    listedOnly: await readListedOnly(q, scope),
    awaitedRemovals: await readAwaitedRemovals(q),
    apiVersion: await readNetworkApiVersion(q),
    listingFailed: await readSubscriptionListingFailure(q),
  }
}

/**
 * For each resource with refused polls, returns how old its metrics were at most when they became complete, in seconds.
 */
async function neededAges(q: SqlExecutor, sources: readonly SourceStatus[]): Promise<Map<string, number>> {
  const refused = new Set(sources.flatMap(({ scope, poll }) => (poll.lastOutcome === 'forbidden' ? [scope] : [])))
  const metered = sources.filter(({ scope, poll }) => poll.kind === 'metrics' && refused.has(scope))
  const series = await readMetricSeries(
    q,
    metered.map(({ sourceId }) => sourceId),
  )
  const ages = metered.map(({ scope, sourceId }): [string, number] => {
    const needed = (series.get(sourceId) ?? []).map(({ neededMs }) => neededMs / 1_000)
    return [scope, Math.max(0, ...needed)]
  })
  return new Map(ages)
}

const keyOf = ({ scopeName, scope, kind, subresource }: StoredSource) =>
  JSON.stringify([scopeName, scope, kind, subresource])

/** Returns the resources that a declaration excludes from polling, with the declaration. */
async function excludedResources(q: SqlExecutor, scope: string | undefined): Promise<SourceExcludedFromPolling[]> {
  const { exclusions } = await readCurrentDeclarations(q)
  if (exclusions.length === 0) return []
  const resources = await readResourcePage(q, { types: polledResourceTypes })
  return resources
    .filter(({ id, config, removed }) => (scope === undefined || id === scope) && config !== null && removed === null)
    .flatMap((resource) => {
      const exclusion = findExclusion(resource, exclusions)
      const { id, name, resourceId } = resource
      return exclusion ? [{ scope: id, scopeName: name, resourceId, ...exclusion }] : []
    })
}

/** Returns the resources of the network edge that Peerwatch lists by type and name but does not poll. */
async function readListedOnly(q: SqlExecutor, scope: string | undefined): Promise<ListedOnlyResource[]> {
  const resources = await readResourcePage(q, { types: [armTypes.otherEdgeResource] })
  return resources
    .flatMap(({ id, name, resourceId, type, config }): ListedOnlyResource[] => {
      const own = decodeResourceConfig(type, config)
      const armType = own?.resource === 'otherEdge' ? own.armType : null
      return armType === null || (scope !== undefined && id !== scope)
        ? []
        : [{ scope: id, scopeName: name, resourceId, type: armType.toLowerCase() }]
    })
    .toSorted((a, b) => (a.type + a.scopeName < b.type + b.scopeName ? -1 : 1))
}

const reliefOf = ({ withIdentitySeconds, withLonger }: LongerPollIntervalReason) => ({
  withIdentitySeconds,
  withLonger,
})

/**
 * Returns a source with the state of its polls. It does not contain the `az` command for comparison, because in the
 * overview of all resources, building the commands took a twentieth of the time.
 * @param subscriptionState ARM's state of the resource's subscription; null = unknown
 */
export function buildApiSource(
  { poll, nextPollAt, ...source }: SourceStatus,
  now: EpochMs,
  budgets: StoredBudget[] = [],
  subscriptionState: string | null = null,
): StoredSource {
  return {
    ...source,
    peering: parsePeeringType(source.peering),
    neighbor: poll.kind === 'advertised' ? source.subresource : null,
    kind: poll.kind,
    state: judgePollFreshness(poll, now),
    lastOutcome: poll.lastOutcome,
    lastPollAt: poll.lastFinishedAt,
    lastOkAt: poll.lastOkAt,
    error: poll.error && {
      code: poll.error.code,
      detail: poll.error.detail,
      missingAction: poll.error.missingAction,
      ...(poll.error.unread && { unread: poll.error.unread }),
      ...findFailedPollRemedy(poll.lastOutcome, { ...poll.error, resourceId: source.resourceId, subscriptionState }),
    },
    identity: poll.budget?.identity ?? null,
    refusedIdentities: (poll.budget?.refused ?? []).map((refusal) => ({
      ...refusal,
      ...findFailedPollRemedy(refusal.outcome, { ...refusal, resourceId: source.resourceId }),
    })),
    configuredSeconds: poll.plan.configuredSeconds,
    intervalSeconds: poll.plan.plannedSeconds,
    observedSeconds: poll.plan.observedSeconds,
    limitedBy: poll.plan.reason?.limitedBy ?? null,
    limitingBudget: poll.plan.reason?.budget ?? null,
    relief: poll.plan.reason && reliefOf(poll.plan.reason),
    floorSeconds: poll.floorSeconds,
    burst: poll.burst,
    nextPollAt,
    correlationId: poll.correlationId,
    budgets,
    budgetLeft: poll.budget?.remainingReads ?? null,
    ...(poll.budget?.buckets && { buckets: poll.budget.buckets }),
  }
}

/** Length in milliseconds of the range if the request does not contain its start. */
const DEFAULT_RANGE_MS = 24 * 60 * 60_000

/** Returns the coverage of sources: intervals of consecutive polls with the same outcome, newest first. */
export async function readPollCoverageIntervals(
  db: ReadableDatabase,
  parameters: PollCoverageParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<SetupEndpointResponse<'coverage'>> {
  const q = getSqlExecutor(db)
  const scope = await resolveResourceId(q, parameters.scope)
  const { kind, limit } = parameters
  const { from, to, cursor, wrap } = resolvePinnedRange(parameters, now, DEFAULT_RANGE_MS)
  const page = await readCoverageIntervals(q, { scope, kind, from, to, limit, cursor })
  const sources = await readSources(q, scope)
  const polls = sources.map(({ poll }) => poll).filter((poll) => kind === undefined || poll.kind === kind)
  const kinds = [...new Set(polls.map((poll) => poll.kind))]
  return {
    data: page.rows,
    ...buildFreshnessFields(polls, now),
    ...(await readCoverageBetween(q, { scope, kinds, from, to, now })),
    nextCursor: wrap(page.nextCursor),
  }
}
