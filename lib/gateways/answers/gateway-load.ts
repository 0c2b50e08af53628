import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  armTypes,
  azureDocumentedValues,
  type EpochMs,
  type GatewayConfig,
  gatewayPeakMetrics,
  isScalableSku,
  parseArmId,
  type PollKind,
  SCALE_UNITS_METRIC,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  type GatewayLoadParameters,
  type GatewaysEndpointResponse,
  type GatewayToEncode,
  loadMetricNames,
  peakMetricNames,
} from '../api/index.ts'

import { type CurrentMetric, type MetricValuesInStep, readMetricSteps } from '#lib/history/index.ts'
import { readRecentMetrics } from '#lib/sessions/answers/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  readCoverageBetween,
  type ReadableDatabase,
  type GatewayResource,
  getSqlExecutor,
  InvalidRequestError,
  NotFoundError,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  resolveRangeWithinHistory,
  getSampleRetentionMs,
  resolveResource,
  readTopology,
} from '#lib/questions/index.ts'

/**
 * Limits of a gateway: bit/s, packets per second, concurrent flows, and number of virtual machines in the networks that
 * it connects. Null = Azure documents no limit.
 */
interface SkuLimits {
  bits: number
  packets: number
  flows: number | null
  machines: number | null
}

const SMALL: SkuLimits = { bits: 1e9, packets: 100_000, flows: 200_000, machines: 2_000 }
const MEDIUM: SkuLimits = { bits: 2e9, packets: 200_000, flows: 400_000, machines: 4_500 }
const LARGE: SkuLimits = { bits: 10e9, packets: 1_000_000, flows: 1_000_000, machines: 11_000 }
/**
 * Limits per scale unit. Source: learn.microsoft.com/azure/expressroute/scalable-gateway. The page has two tables, and
 * these values are in both of them.
 */
const SCALE_UNIT = { bits: 1e9, packets: 100_000, flows: 100_000, machines: 2_000 }
/**
 * Number of scale units from which the limit of packets for each unit is doubled. One table of the documentation
 * doubles it from the 11th unit, the other only at 40 units. The second table is used, so that the limit is never too
 * high.
 */
const FULL_UNITS = 40
/**
 * Number of scale units up to which each unit adds the full number of virtual machines to the limit. In a larger
 * gateway, every unit adds only half of it. The limit of a larger gateway is never lower than the limit at this number.
 * Source: Azure documentation, "About ExpressRoute virtual network gateways".
 */
const UNITS_OF_MANY_MACHINES = 10

/**
 * Limits of ExpressRoute gateways with a fixed size, by SKU. Source: Azure documentation, "About ExpressRoute virtual
 * network gateways".
 */
const limitsBySku: Record<string, SkuLimits> = createSafeLookupTable({
  standard: SMALL,
  ergw1az: SMALL,
  highperformance: MEDIUM,
  ergw2az: MEDIUM,
  ultraperformance: LARGE,
  ergw3az: LARGE,
})

const suffixes = {
  cpu: 'ExpressRouteGatewayCpuUtilization',
  flows: 'ExpressRouteGatewayActiveFlows',
  bits: 'ExpressRouteGatewayBitsPerSecond',
  packets: 'ExpressRouteGatewayPacketsPerSecond',
} as const

/** Metrics about the load of gateways. Gateways with a fixed size and scalable gateways have different metrics. */
export const GATEWAY_LOAD_METRICS: readonly string[] = [
  ...[...Object.values(suffixes), ...Object.values(gatewayPeakMetrics)].flatMap((name) => [name, `Scalable${name}`]),
  SCALE_UNITS_METRIC,
]
/** The load metrics that measure bits per second. */
export const GATEWAY_BIT_RATE_METRICS: readonly string[] = GATEWAY_LOAD_METRICS.filter((name) =>
  name.endsWith(suffixes.bits),
)

/**
 * Compares a gateway's load with the limits of its SKU. The CPU value comes from the busiest instance. Other average
 * values are the sum over all instances. Peak values (machines, created flows) are the maximum over all instances.
 * @param metrics newest sample of each time series; without samples the result is empty
 */
export function buildGatewayLoad(
  metrics: readonly CurrentMetric[],
  gateway: Pick<GatewayToEncode, 'scaleUnits'> & SizedGateway,
): NonNullable<GatewayToEncode['load']> {
  const { scaleUnits } = gateway
  const limits = findSkuLimits(gateway, getEffectiveScaleUnits(scaleUnits))
  const atMost = findSkuLimits(gateway, scaleUnits?.most ?? null)
  return [...loadMetricNames, ...peakMetricNames].flatMap((name) => {
    const isPeak = name === 'machines' || name === 'flowsCreated'
    const valueOf = ({ average, maximum }: CurrentMetric) => (isPeak ? maximum : average)
    const suffix = isPeak ? gatewayPeakMetrics[name] : suffixes[name]
    const own = metrics.filter((one) => one.metric.endsWith(suffix) && valueOf(one) !== null)
    if (own.length === 0) return []
    const values = own.map((one) => valueOf(one) ?? 0)
    const value = isPeak || name === 'cpu' ? Math.max(...values) : values.reduce((sum, each) => sum + each, 0)
    const limit = limitOf(name, limits)
    const limitAtMost = limitOf(name, atMost)
    const at = Math.min(...own.map((metric) => metric.at))
    return [
      {
        name,
        value,
        limit,
        share: limit === null ? null : value / limit,
        at,
        ...((isScalableSku(gateway.sku.name) || isHubExpressRouteGateway(gateway)) && { limitAtMost }),
      },
    ]
  })
}

const limitOf = (
  name: (typeof loadMetricNames | typeof peakMetricNames)[number],
  limits: SkuLimits | null,
): number | null => (name === 'cpu' ? 100 : name === 'flowsCreated' ? null : (limits?.[name] ?? null))

/**
 * Returns the minimum and maximum number of scale units from ARM, and the current number from the newest metric
 * (ADR 0276). Null if ARM reports no minimum.
 */
export function describeScaleUnits(
  { scaleUnits: least, scaleUnitsMost: most }: Pick<GatewayConfig, 'scaleUnits' | 'scaleUnitsMost'>,
  metrics: readonly CurrentMetric[],
): GatewayToEncode['scaleUnits'] {
  if (least === null) return null
  const newest = metrics.filter(({ metric, average }) => metric === SCALE_UNITS_METRIC && average !== null)
  const inUse = newest.toSorted((a, b) => b.at - a.at)[0]?.average ?? null
  return { least, most, inUse: inUse === null ? (least === most ? least : null) : Math.floor(inUse) }
}

/**
 * Returns the number of scale units from which limits are computed: the current number, or the minimum if that is
 * unknown.
 */
export const getEffectiveScaleUnits = (units: GatewayToEncode['scaleUnits']): number | null =>
  units?.inUse ?? units?.least ?? null

/**
 * Reads the number of scale units that determined the limits of a gateway at a moment; null = unknown. Metrics after
 * the moment are ignored. If there is no metric from before the moment, the number is the minimum.
 */
export async function readEffectiveScaleUnits(
  q: SqlExecutor,
  { resource, config }: Pick<GatewayResource, 'resource' | 'config'>,
  moment: EpochMs,
): Promise<number | null> {
  if (config.scaleUnits === null) return null
  const metrics = await readRecentMetrics(q, resource.id, [SCALE_UNITS_METRIC], moment)
  const known = metrics.filter(({ at }) => at <= moment)
  return getEffectiveScaleUnits(describeScaleUnits(config, known))
}

/** The properties that determine the limits of a gateway. A gateway in a hub has no SKU. */
type SizedGateway = Pick<GatewayToEncode, 'sku' | 'resourceId'>

const isHubExpressRouteGateway = ({ resourceId }: SizedGateway): boolean =>
  parseArmId(resourceId)?.type === armTypes.expressRouteGateway

/**
 * Returns the limits of a gateway's SKU, or of the scale units of an ExpressRoute gateway in a hub. Null if they are not
 * documented, or if the number of scale units is unknown.
 */
export function findSkuLimits(gateway: SizedGateway, units: number | null): SkuLimits | null {
  if (isHubExpressRouteGateway(gateway)) {
    const { bits, packets } = azureDocumentedValues.hub_gateway_unit.value
    return units === null ? null : { bits: bits * units, packets: packets * units, flows: null, machines: null }
  }
  const sku = gateway.sku.name?.toLowerCase() ?? ''
  if (!isScalableSku(sku)) return limitsBySku[sku] ?? null
  if (units === null) return null
  const { bits, packets, flows, machines } = SCALE_UNIT
  return {
    bits: bits * units,
    packets: packets * units * (units >= FULL_UNITS ? 2 : 1),
    flows: flows * units,
    machines: machines * Math.max(Math.min(units, UNITS_OF_MANY_MACHINES), units / 2),
  }
}

const kinds: readonly PollKind[] = ['metrics']
const DEFAULT_RANGE_MS = 86_400_000
/**
 * Possible lengths of a chart's interval in milliseconds. The first length with at most {@link MAX_POINTS} points is
 * used. If even the longest one gives more points, the interval is one day. The shortest one is the interval in which
 * Azure Monitor reports values.
 */
const STEPS = [5 * MS_PER_MINUTE, 15 * MS_PER_MINUTE, 30 * MS_PER_MINUTE, 60 * MS_PER_MINUTE, 6 * 60 * MS_PER_MINUTE]
/** Maximum number of points of a chart. */
const MAX_POINTS = 900

/**
 * Returns a gateway's load over time. Points begin when the stored samples begin.
 * @throws NotFoundError if the ID does not belong to a current gateway
 * @throws InvalidRequestError if the range is in the future
 */
export async function getGatewayLoad(
  db: ReadableDatabase,
  id: string,
  parameters: GatewayLoadParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<GatewaysEndpointResponse<'gatewayLoad'>> {
  const q = getSqlExecutor(db)
  const { from, to } = resolveRangeWithinHistory(parameters, now, DEFAULT_RANGE_MS)
  if (from >= now) throw new InvalidRequestError('from: it lies ahead; send an earlier from')
  const { id: scope, name } = await resolveResource(q, id)
  const gateway = (await readTopology(q)).gateways.find(({ resource }) => resource.id === scope)
  if (!gateway) throw new NotFoundError(`${name} is no gateway that exists now: take an id from /api/v1/gateways`)
  const keptFrom = Math.max(from, now - getSampleRetentionMs())
  const stepMs = STEPS.find((step) => (to - keptFrom) / step <= MAX_POINTS) ?? 24 * 60 * MS_PER_MINUTE
  const steps = await readMetricSteps(q, { scope, metrics: GATEWAY_LOAD_METRICS, from: keptFrom, to, stepMs })
  return {
    data: {
      from,
      to,
      keptFrom,
      stepSeconds: stepMs / 1_000,
      metrics: seriesOf(
        steps,
        { sku: gateway.config.sku, resourceId: gateway.resource.resourceId },
        await readEffectiveScaleUnits(q, gateway, now),
      ),
    },
    ...buildFreshnessFields(pickPollsOfKinds(await readSources(q, scope), kinds), now),
    ...(await readCoverageBetween(q, { scope, kinds, from, to, now })),
  }
}

function seriesOf(
  steps: readonly MetricValuesInStep[],
  gateway: SizedGateway,
  units: number | null,
): GatewaysEndpointResponse<'gatewayLoad'>['data']['metrics'] {
  const limits = findSkuLimits(gateway, units)
  return loadMetricNames.flatMap((name) => {
    const own = steps.filter(({ metric }) => metric.endsWith(suffixes[name]))
    if (own.length === 0) return []
    const points = own.map(({ start, sum, highest, peakSum, peak, series }) => ({
      start,
      average: name === 'cpu' ? highest : sum,
      peak: name === 'cpu' ? peak : peakSum,
      instances: series,
    }))
    return [{ name, limit: limitOf(name, limits), points }]
  })
}
