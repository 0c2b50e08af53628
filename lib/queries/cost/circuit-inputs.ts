import { isDeepStrictEqual } from 'node:util'
import { decodeConfig, hasMicrosoft365 } from '#lib/azure/config/index.ts'
import {
  armKey,
  armTypes,
  type CircuitPeering,
  type EpochMs,
  gatewayTypes,
  isPeeringEnabled,
} from '#lib/contract/index.ts'
import { measuredReach, reachHours, type ReachShare, reachShares } from '#lib/cost/index.ts'
import type { CircuitFacts, CircuitInput, ConfiguredInterval, CostFrame, UsageFacts } from '#lib/cost/index.ts'
import {
  backfillReached,
  type ConfiguredResource,
  configIntervals,
  costBasisRevision,
  costStatements,
  listResources,
  REACH_PATH,
  type ResourceView,
  type Usage,
  usage,
  usageBegins,
} from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { geopoliticalOfLocation, geopoliticalOfRegion } from '#lib/resilience/index.ts'
import { overrideInForce } from './overrides.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** History that the forecast uses: half a year of trend, and enough past months to measure its error. */
const USAGE_MS = 200 * DAY
/** A Standard circuit takes so many links to networks (ExpressRoute FAQ). */
const STANDARD_LINKS = 10

/** A circuit and its place, before its usage is read. */
export interface CircuitStanding {
  resource: Pick<ConfiguredResource, 'id' | 'resourceId' | 'name' | 'subscriptionId' | 'location'>
  configured: ConfiguredInterval[]
  bandwidthMbps: number | null
  /** 0 = for the whole period of a forecast; null = nothing is known */
  usageKnownSince: EpochMs | null
  /** how far back Azure Monitor's past was read; null = not at all */
  pastReadTo: EpochMs | null
  /** null = ARM states neither whether it is on nor a connection of it */
  globalReachEnabled: boolean | null
  /** what was declared of Global Reach's bytes: it goes before what was measured */
  globalReach: readonly ReachShare[]
  /** begin of the first hour in which Azure Monitor measured them; null = none was */
  reachMeasuredSince: EpochMs | null
  provisioning: { circuit: string | null; provider: string | null }
  /** null = it exists */
  removedAt: EpochMs | null
  linked: LinkedGateway[]
  /** gateways of Virtual WAN hubs that it is connected to: ARM lists those connections inside the gateways */
  hubGateways: ResourceView[]
  peeringLocation: string | null
  /** null = its route filter is not in sight */
  microsoft365: boolean | null
  /** what its provider sells, Mbit/s; null = not known */
  offeredMbps: readonly number[] | null
}

export interface LinkedGateway {
  connectionId: string
  connectionName: string
  fastPath: boolean | null
  /** null = it stands in a subscription that is not watched */
  gateway: ResourceView | null
}

type Period = Pick<CostFrame, 'month' | 'now'>
const endOf = ({ month, now }: Period): EpochMs => Math.min(now, month.to)

/** The circuits that exist in a month, or existed in a part of it. */
export async function readCircuitStandings(q: Queryable, period: Period, only?: string): Promise<CircuitStanding[]> {
  return standingsOf(await readStandingFacts(q, period.month.from), period, only)
}

/** The circuits that one answer is made from, read once and only if they are needed; and what identifies them without reading them. */
export interface CircuitBasis {
  /** part of the key under which the answer is remembered */
  revision: string
  standingsIn(period: Period): Promise<CircuitStanding[]>
}

/**
 * The revision is read first: what is read afterwards is as new, or newer, and never remembered under the key of something newer.
 * @param since begin of the earliest month that is asked for
 */
export async function readCircuitBasis(q: Queryable, since: EpochMs): Promise<CircuitBasis> {
  const revision = await costBasisRevision(q)
  let facts: Promise<StandingFacts> | undefined
  return {
    revision,
    async standingsIn(period) {
      facts ??= readStandingFacts(q, since)
      return standingsOf(await facts, period)
    },
  }
}

/** What standings of any month from a moment on are made from. */
async function readStandingFacts(q: Queryable, since: EpochMs) {
  return {
    resources: await configIntervals(q, { type: armTypes.circuit, since }),
    ...(await linksByCircuit(q)),
    routeFilters: new Map(
      (await listResources(q, { types: [armTypes.routeFilter] })).map(({ resourceId, config }) => [
        armKey(resourceId),
        config,
      ]),
    ),
    offered: await offeredBandwidths(q),
    begins: await usageBegins(q),
    reachBegins: await usageBegins(q, REACH_PATH),
    reached: await backfillReached(q),
    // one that was taken back was never so
    overrides: (await costStatements(q, 'override'))
      .filter(({ withdrawn }) => withdrawn === null)
      .flatMap(overrideInForce),
  }
}
type StandingFacts = Awaited<ReturnType<typeof readStandingFacts>>

function standingsOf(
  { resources, links, hubLinks, routeFilters, offered, begins, reachBegins, reached, overrides }: StandingFacts,
  period: Period,
  only?: string,
): CircuitStanding[] {
  return resources.flatMap((resource): CircuitStanding[] => {
    const intervals = resource.intervals.filter(({ to }) => to === null || to > period.month.from)
    const configured = configuredIntervals(intervals, endOf(period))
    const last = intervals.at(-1)
    if ((only !== undefined && resource.id !== only) || configured.length === 0 || !last) return []
    const { bandwidthMbps, globalReachEnabled, provisioning, peerings, provider, peeringLocation } = decodeConfig(
      armTypes.circuit,
      last.config,
    )
    return [
      {
        resource,
        configured,
        bandwidthMbps,
        usageKnownSince: withinForecast(begins.get(resource.id), endOf(period)),
        pastReadTo: reached.get(resource.id) ?? null,
        globalReachEnabled: peerings.some(({ globalReach }) => globalReach.length > 0) || globalReachEnabled,
        globalReach: reachShares(overrides, resource.id),
        reachMeasuredSince: reachBegins.get(resource.id) ?? null,
        provisioning,
        removedAt: last.to,
        linked: links.get(armKey(resource.resourceId)) ?? [],
        hubGateways: hubLinks.get(armKey(resource.resourceId)) ?? [],
        peeringLocation,
        microsoft365: carriesMicrosoft365(peerings, routeFilters),
        offeredMbps: provider === null ? null : (offered.get(providerKey(resource.subscriptionId, provider)) ?? null),
      },
    ]
  })
}

/** What is known of before the forecast's period makes no difference: retention removes it hour by hour. */
const withinForecast = (begin: EpochMs | undefined, until: EpochMs): EpochMs | null =>
  begin === undefined ? null : begin <= until - USAGE_MS ? 0 : begin

/** A circuit as the sums take it. */
export function circuitInput(standing: CircuitStanding, usageOf: UsageFacts): CircuitInput {
  const { resource, configured, microsoft365, offeredMbps } = standing
  return {
    circuitId: resource.id,
    name: resource.name,
    configured,
    usage: usageOf,
    premiumNeeds: premiumNeeds(standing),
    microsoft365,
    offeredMbps,
    linkedRegions: linkedRegions(standing),
    globalReach: standing.globalReachEnabled,
  }
}

/** A circuit's usage until a moment of the month. @param since default: the forecast's whole period */
export async function readUsageFacts(
  q: Queryable,
  standing: CircuitStanding,
  period: Period,
  since?: EpochMs,
): Promise<UsageFacts> {
  const to = endOf(period)
  const from = since ?? Math.floor((to - USAGE_MS) / HOUR) * HOUR
  return usageFacts(
    await usage(q, { scope: standing.resource.id, from, to, step: 'hour' }),
    standing,
    await reachUsage(q, standing, { from, to }),
  )
}

/** What passed Global Reach at a circuit, by hours; null where it was declared, or never measured. */
export async function reachUsage(
  q: Queryable,
  { resource, globalReach, reachMeasuredSince }: CircuitStanding,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<Usage | null> {
  if (globalReach.length > 0 || reachMeasuredSince === null) return null
  return usage(q, { scope: resource.id, path: REACH_PATH, from, to, step: 'hour' })
}

/** No usage, for a circuit whose traffic was worked out before. */
export const withoutUsage = ({ bandwidthMbps, globalReach, reachMeasuredSince }: CircuitStanding): UsageFacts => ({
  hours: [],
  unplaced: [],
  globalReach: globalReach.length > 0 || reachMeasuredSince !== null ? [] : null,
  ...(globalReach.length === 0 && reachMeasuredSince !== null && { reachBasis: 'measured' }),
  bandwidthMbps,
})

/** How a circuit was sold until a moment; neighbours that cost the same are one. */
function configuredIntervals(intervals: ConfiguredResource['intervals'], until: EpochMs): ConfiguredInterval[] {
  const merged: ConfiguredInterval[] = []
  for (const { from, to, config } of intervals) {
    const begin = from ?? merged.at(-1)?.to ?? 0
    if (begin >= until) break
    const facts = factsOf(config)
    const before = merged.at(-1)
    if (before && before.to === begin && isDeepStrictEqual(before.facts, facts)) before.to = to
    else merged.push({ from: begin, to, facts })
  }
  return merged
}

function factsOf(config: Record<string, unknown>): CircuitFacts {
  const { sku, bandwidthMbps, peeringLocation, portId } = decodeConfig(armTypes.circuit, config)
  return { ...sku, bandwidthMbps, peeringLocation, direct: portId !== null, cloud: 'public' }
}

/** What was read of a circuit's usage, hour by hour, as the sums take it. */
export function usageFacts(
  { points, unplaced }: Usage,
  { bandwidthMbps, globalReach: shares }: Pick<CircuitStanding, 'bandwidthMbps' | 'globalReach'>,
  reach: Usage | null = null,
): UsageFacts {
  const known = points.findIndex(({ coveredMs }) => coveredMs > 0)
  const hours = (known < 0 ? [] : points.slice(known)).map((point) => ({
    start: point.start,
    bytesOut: point.coveredMs > 0 ? point.out.bytes : null,
    coveredSeconds: point.coveredMs / 1_000,
    metricSeconds: point.metricMs / 1_000,
  }))
  return {
    hours,
    unplaced: unplaced
      .filter(({ direction }) => direction === 'out')
      .map(({ from, to, bytes }) => ({ from, to, bytes })),
    // neither declared nor measured, an assumption says that its bytes are in the billed ones
    ...(reach === null
      ? { globalReach: reachHours(hours, shares) }
      : { globalReach: measuredReach(hours, hoursOf(reach)), reachBasis: 'measured' }),
    bandwidthMbps,
  }
}

const hoursOf = ({ points }: Usage) =>
  new Map(
    points.map(({ start, out, coveredMs }) => [start, { bytesOut: out.bytes, coveredSeconds: coveredMs / 1_000 }]),
  )

/** Connections of circuits, by the circuit's key: those to gateways of networks, and to gateways of hubs, in which they stand. */
async function linksByCircuit(
  q: Queryable,
): Promise<{ links: Map<string, LinkedGateway[]>; hubLinks: Map<string, ResourceView[]> }> {
  const resources = await listResources(q, { types: [armTypes.connection, ...gatewayTypes.map(({ type }) => type)] })
  const byKey = new Map(resources.map((resource) => [armKey(resource.resourceId), resource]))
  const links = new Map<string, LinkedGateway[]>()
  const hubLinks = new Map<string, ResourceView[]>()
  const add = <Link>(known: Map<string, Link[]>, circuitKey: string | null, link: Link) => {
    if (circuitKey !== null) known.set(circuitKey, [...(known.get(circuitKey) ?? []), link])
  }
  for (const resource of resources) {
    const config = decodeConfig(resource.type, resource.config)
    if (config?.resource === 'gateway')
      for (const { circuitKey } of config.hubConnections) add(hubLinks, circuitKey, resource)
    if (config?.resource !== 'connection') continue
    const { circuitKey, gatewayKeys, fastPath } = config
    const gateway = gatewayKeys.map((key) => byKey.get(key)).find((found) => found !== undefined) ?? null
    add(links, circuitKey, { connectionId: resource.id, connectionName: resource.name, fastPath, gateway })
  }
  return { links, hubLinks }
}

const providerKey = (subscriptionId: string, provider: string) => `${subscriptionId} ${provider}`.toLowerCase()

/** What providers sell in each subscription; one that sells nothing at all is not known. */
async function offeredBandwidths(q: Queryable): Promise<Map<string, readonly number[]>> {
  const providers = await listResources(q, { types: [armTypes.serviceProvider] })
  return new Map(
    providers.flatMap(({ subscriptionId, name, config }) => {
      const { bandwidthsMbps } = decodeConfig(armTypes.serviceProvider, config)
      return bandwidthsMbps.length === 0 ? [] : [[providerKey(subscriptionId, name), bandwidthsMbps] as const]
    }),
  )
}

type Links = Pick<CircuitStanding, 'linked' | 'hubGateways'>

/** Null where one of the networks is not in sight. A circuit without connections is linked to none that we know of. */
function linkedRegions({ linked, hubGateways }: Links): string[] | null {
  const regions = [...linked.map(({ gateway }) => gateway), ...hubGateways].map((gateway) => gateway?.location ?? null)
  const known = regions.filter((region) => region !== null)
  return known.length < regions.length ? null : [...new Set(known)]
}

/** A Microsoft peering without a filter hands out nothing. Null = the filter of one is not in sight. */
function carriesMicrosoft365(
  peerings: readonly CircuitPeering[],
  routeFilters: ReadonlyMap<string, unknown>,
): boolean | null {
  const ids = peerings.flatMap((peering) =>
    peering.routeFilterId !== null && isPeeringEnabled(peering) ? [peering.routeFilterId] : [],
  )
  const filters = ids.map((id) => routeFilters.get(armKey(id)))
  if (filters.some(hasMicrosoft365)) return true
  return filters.includes(undefined) ? null : false
}

/**
 * What takes more than Standard gives: links beyond its limit, and gateways of networks and hubs in another geopolitical region. Null where
 * nothing of it is found: what else may need Premium is not all read, so that nothing found is not nothing needed.
 * Source: Azure documentation, "ExpressRoute FAQ", ExpressRoute Premium.
 */
export function premiumNeeds({
  linked,
  hubGateways,
  peeringLocation,
}: Links & Pick<CircuitStanding, 'peeringLocation'>): string[] | null {
  const links = linked.length + hubGateways.length
  const own = peeringLocation === null ? null : geopoliticalOfLocation(peeringLocation)
  const gateways = [...linked.flatMap(({ gateway }) => gateway ?? []), ...hubGateways]
  const needs = [
    ...(links > STANDARD_LINKS ? [`it is linked to ${links} networks, where Standard takes ${STANDARD_LINKS}`] : []),
    ...gateways.flatMap(({ name, location }) => {
      const there = location === null ? null : geopoliticalOfRegion(location)
      return own === null || there === null || there === own
        ? []
        : [`it is connected to ${name} in ${there}, and Standard reaches no further than ${own}`]
    }),
  ]
  return needs.length === 0 ? null : [...new Set(needs)]
}
