import { isDeepStrictEqual } from 'node:util'
import { decodeResourceConfig, hasMicrosoft365 } from '#lib/azure/config/index.ts'
import {
  normalizeArmId,
  armTypes,
  type TimestampBounds,
  type CircuitConfig,
  type CircuitPeering,
  type EpochMs,
  isPeeringEnabled,
} from '#lib/contract/index.ts'
import { getCloudOfRegion } from '#lib/contract/facts/locations.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  type GlobalReachShare,
  listGlobalReachShares,
  type CircuitPriceInput,
  type CircuitProjectionInput,
  type UnchangedConfigurationInterval,
  type CostContext,
  type UnreadConfigurationTime,
  type UsageInput,
} from '../../rules/index.ts'

import {
  readBackfillProgress,
  type ConfiguredResource,
  readConfigIntervals,
  readResourcePage,
  listSources,
  GLOBAL_REACH_PATH,
  getConnectionBelowScope,
} from '#lib/history/index.ts'
import { findCircuitLocation, readTopology, type EstateTopology } from '#lib/questions/index.ts'
import { readCostBasisRevision, readCostStatements, readUsageStarts } from '../../store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type CircuitGatewayLinks, listLinkedRegions, readLinksByCircuit, listPremiumReasons } from './circuit-links.ts'
import { convertOverride } from '../overrides.ts'

/**
 * Length of the usage history from which a forecast is computed, in milliseconds. The trend needs half a year. The same
 * history also contains enough past months to measure the error of earlier forecasts.
 */
export const FORECAST_HISTORY_MS = 200 * MS_PER_DAY
type Configured = 'peeringLocation' | 'provider' | 'bandwidthMbps' | 'provisioning' | 'globalReachEnabled'

/**
 * A circuit with its configuration and everything else that its cost depends on, except the usage.
 * `provider` is null if the circuit is on a port of the customer (ExpressRoute Direct). `globalReachEnabled` is null if
 * ARM reports neither the Global Reach setting nor Global Reach connections.
 */
export interface CostCircuit extends CircuitGatewayLinks, Pick<CircuitConfig, Configured> {
  resource: Pick<ConfiguredResource, 'id' | 'resourceId' | 'name' | 'subscriptionId' | 'location'>
  configured: UnchangedConfigurationInterval[]
  unread: UnreadConfigurationTime[]
  /**
   * Begin of the circuit's known usage; 0 = the usage is known for the whole history that a forecast reads
   * (FORECAST_HISTORY_MS); null = no usage is known.
   */
  usageKnownSince: EpochMs | null
  /**
   * Time to which past metrics of the circuit were read from Azure Monitor. Past metrics are read backwards, so this
   * time moves to the past. Null = past metrics were never read.
   */
  pastReadTo: EpochMs | null
  /**
   * Shares of the circuit's bytes that pass Global Reach, as an operator declared them. If there are any, they are used
   * in place of the measured bytes.
   */
  globalReach: readonly GlobalReachShare[]
  /**
   * Begin of the first hour in which Azure Monitor measured the circuit's Global Reach bytes; null = never measured.
   */
  reachMeasuredSince: EpochMs | null
  /** time of the circuit's removal; null = the circuit exists */
  removedAt: EpochMs | null
  /**
   * whether the circuit carries Microsoft 365 routes; null = unknown, for example because the caller may not see its
   * route filter
   */
  microsoft365: boolean | null
  /** bandwidths that the circuit's provider offers, Mbit/s; null = unknown */
  offeredMbps: readonly number[] | null
}

export type BillingMonthAndNow = Pick<CostContext, 'month' | 'now'>
export const getCostPeriodEnd = ({ month, now }: BillingMonthAndNow): EpochMs => Math.min(now, month.to)

/**
 * Returns the circuits that existed at any time between the begin of the month and now, or the end of the month if that
 * is earlier.
 * @param only short ID of a circuit; only this circuit is returned
 */
export async function readCostCircuits(
  q: SqlExecutor,
  period: BillingMonthAndNow,
  only?: string,
): Promise<CostCircuit[]> {
  return standingsOf(await readStandingFacts(q, period.month.from), period, only)
}

/**
 * Access to the circuits from which an answer is computed. The configuration and other facts about the circuits are
 * read only when they are first needed. The revision changes with these facts but can be read without them.
 */
export interface CostCircuitReader {
  /** Text that changes if the configuration of any circuit changes. It is a part of the cache key of the answer. */
  revision: string
  standingsIn(period: BillingMonthAndNow): Promise<CostCircuit[]>
}

/**
 * Returns access to the circuits of an answer. The revision is read before the facts about the circuits, so that an
 * answer is never cached under a revision that is newer than its facts.
 * @param since begin of the earliest month that the caller will request
 */
export async function createCostCircuitReader(q: SqlExecutor, since: EpochMs): Promise<CostCircuitReader> {
  const revision = await readCostBasisRevision(q)
  let facts: Promise<StandingFacts> | undefined
  return {
    revision,
    async standingsIn(period) {
      facts ??= readStandingFacts(q, since)
      return standingsOf(await facts, period)
    },
  }
}

/**
 * Reads the facts from which {@link CostCircuit} objects are built. They are sufficient for each month that begins at
 * `since` or later.
 */
async function readStandingFacts(q: SqlExecutor, since: EpochMs) {
  return {
    resources: await readConfigIntervals(q, { type: armTypes.circuit, since }),
    ...(await readLinksByCircuit(q)),
    routeFilters: new Map(
      (await readResourcePage(q, { types: [armTypes.routeFilter] })).map(({ resourceId, config }) => [
        normalizeArmId(resourceId),
        config,
      ]),
    ),
    offered: await readOfferedBandwidths(q),
    ports: (await readTopology(q)).ports,
    listed: await lastLists(getConnectionBelowScope(q) ?? q),
    begins: await readUsageStarts(q),
    reachBegins: await readUsageStarts(q, GLOBAL_REACH_PATH),
    reached: await readBackfillProgress(q),
    // A withdrawn override is ignored for every time, also for the time before it was withdrawn.
    overrides: (await readCostStatements(q, 'override'))
      .filter(({ withdrawn }) => withdrawn === null)
      .flatMap(convertOverride),
  }
}
type StandingFacts = Awaited<ReturnType<typeof readStandingFacts>>

function standingsOf(
  {
    resources,
    links,
    hubLinks,
    routeFilters,
    offered,
    ports,
    listed,
    begins,
    reachBegins,
    reached,
    overrides,
  }: StandingFacts,
  period: BillingMonthAndNow,
  only?: string,
): CostCircuit[] {
  return resources.flatMap((resource): CostCircuit[] => {
    const intervals = resource.intervals.filter(({ to }) => to === null || to > period.month.from)
    const listedAt = listed.get(normalizeArmId(subscriptionKey(resource.subscriptionId))) ?? null
    const { configured, unread } = configuredIntervals(
      intervals,
      { until: getCostPeriodEnd(period), listedAt },
      { cloud: getCloudOfRegion(resource.location), ports },
    )
    const last = intervals.at(-1)
    if ((only !== undefined && resource.id !== only) || configured.length === 0 || !last) return []
    const { bandwidthMbps, globalReachEnabled, provisioning, peerings, provider, peeringLocation } =
      decodeResourceConfig(armTypes.circuit, last.config)
    return [
      {
        resource,
        configured,
        unread,
        bandwidthMbps,
        usageKnownSince: withinForecast(begins.get(resource.id), getCostPeriodEnd(period)),
        pastReadTo: reached.get(resource.id) ?? null,
        globalReachEnabled: peerings.some(({ globalReach }) => globalReach.length > 0) || globalReachEnabled,
        globalReach: listGlobalReachShares(overrides, resource.id),
        reachMeasuredSince: reachBegins.get(resource.id) ?? null,
        provisioning,
        removedAt: last.to,
        linked: links.get(normalizeArmId(resource.resourceId)) ?? [],
        hubGateways: hubLinks.get(normalizeArmId(resource.resourceId)) ?? [],
        peeringLocation: configured.at(-1)?.facts.peeringLocation ?? peeringLocation,
        microsoft365: carriesMicrosoft365(peerings, routeFilters),
        provider,
        offeredMbps: offered({ subscriptionId: resource.subscriptionId, provider }),
      },
    ]
  })
}

/**
 * Returns the begin of the known usage; 0 if the usage is known for at least FORECAST_HISTORY_MS; null if no usage is
 * known. The 0 is needed because old data is deleted each hour, which moves the begin. Each change of the begin would
 * make the stored traffic invalid.
 */
const withinForecast = (begin: EpochMs | undefined, until: EpochMs): EpochMs | null =>
  begin === undefined ? null : begin <= until - FORECAST_HISTORY_MS ? 0 : begin

/** Combines a circuit with its usage into the input of the cost calculations. */
export function buildProjectionInput(standing: CostCircuit, usageOf: UsageInput): CircuitProjectionInput {
  const { resource, configured, unread, microsoft365, offeredMbps, provider } = standing
  return {
    circuitId: resource.id,
    name: resource.name,
    resourceId: resource.resourceId,
    configured,
    unread,
    usage: usageOf,
    provider,
    takeOver: null,
    premiumNeeds: listPremiumReasons(standing),
    microsoft365,
    offeredMbps,
    linkedRegions: listLinkedRegions(standing),
    hubGateways: standing.hubGateways.map((gateway) => gateway.resourceId),
    globalReach: standing.globalReachEnabled,
  }
}

/**
 * Returns the intervals in which the configuration that determines a circuit's price was unchanged. Also returns the
 * times of more than an hour in which the configuration is not certain, because no inventory was read between two known
 * configurations or after the last one. Adjacent intervals with the same configuration are merged.
 */
function configuredIntervals(
  intervals: ConfiguredResource['intervals'],
  { until, listedAt }: { until: EpochMs; listedAt: EpochMs | null },
  context: PriceContext,
): { configured: UnchangedConfigurationInterval[]; unread: UnreadConfigurationTime[] } {
  const merged: UnchangedConfigurationInterval[] = []
  const between: TimestampBounds[] = []
  for (const { from, to, since, config } of intervals) {
    const begin = from ?? merged.at(-1)?.to ?? 0
    if (begin >= until) break
    const facts = factsOf(config, context)
    const before = merged.at(-1)
    if (before && before.to === begin && isDeepStrictEqual(before.facts, facts)) before.to = to
    else {
      merged.push({ from: begin, to, facts })
      between.push(since)
    }
  }
  const last = intervals.at(-1)
  // A change of the configuration after the last inventory would not be known yet, so the time since then is uncertain.
  const ending = last?.until ?? { earliest: Math.max(listedAt ?? until, last?.since.latest ?? 0), latest: until }
  const unread = [...between, ending]
    .map(({ earliest, latest }) => ({ from: earliest, to: Math.min(latest, until) }))
    .filter(({ from, to }) => to - from > MS_PER_HOUR)
  return { configured: merged, unread }
}

/**
 * Returns the facts that determine the price of a circuit. A circuit on an ExpressRoute Direct port or LAG has no
 * peering location of its own. It gets the peering location of the port or LAG, which determines its price zone.
 */
function factsOf(config: Record<string, unknown>, { cloud, ports }: PriceContext): CircuitPriceInput {
  const circuit = decodeResourceConfig(armTypes.circuit, config)
  const { sku, bandwidthMbps, portId } = circuit
  const { peeringLocation } = findCircuitLocation({ config: circuit }, { ports })
  return { ...sku, bandwidthMbps, peeringLocation, direct: portId !== null, cloud }
}

interface PriceContext {
  cloud: CircuitPriceInput['cloud']
  ports: EstateTopology['ports']
}

const subscriptionKey = (id: string) => `/subscriptions/${id}`

/** Returns the time of the last successful resource list of each subscription; null = never listed. */
async function lastLists(q: SqlExecutor): Promise<Map<string, EpochMs | null>> {
  const sources = await listSources(q, { kinds: ['inventory'] })
  return new Map(sources.map(({ resourceId, poll }) => [normalizeArmId(resourceId), poll.lastReadAt]))
}

const providerKey = (subscriptionId: string, provider: string) => `${subscriptionId} ${provider}`.toLowerCase()

/**
 * Returns a function that looks up the bandwidths (Mbit/s) offered by a circuit's provider. It returns null if no
 * bandwidths of the provider are known, or if the circuit has no provider.
 */
export async function readOfferedBandwidths(q: SqlExecutor) {
  const providers = await readResourcePage(q, { types: [armTypes.serviceProvider] })
  const offered = new Map(
    providers.flatMap(({ subscriptionId, name, config }) => {
      const { bandwidthsMbps } = decodeResourceConfig(armTypes.serviceProvider, config)
      return bandwidthsMbps.length === 0 ? [] : [[providerKey(subscriptionId, name), bandwidthsMbps] as const]
    }),
  )
  return ({ subscriptionId, provider }: { subscriptionId: string; provider: string | null }) =>
    offered.get(providerKey(subscriptionId, provider ?? '')) ?? null
}

/**
 * Reports whether a circuit carries Microsoft 365 routes; null = unknown, because a route filter is not visible or its
 * effect is unclear. A Microsoft peering without a route filter advertises no prefixes, so it is ignored.
 */
function carriesMicrosoft365(
  peerings: readonly CircuitPeering[],
  routeFilters: ReadonlyMap<string, unknown>,
): boolean | null {
  const ids = peerings.flatMap((peering) =>
    peering.routeFilterId !== null && isPeeringEnabled(peering) ? [peering.routeFilterId] : [],
  )
  const filters = ids.map((id) => {
    const filter = routeFilters.get(normalizeArmId(id))
    return filter === undefined ? null : hasMicrosoft365(filter)
  })
  return filters.includes(true) ? true : filters.includes(null) ? null : false
}
