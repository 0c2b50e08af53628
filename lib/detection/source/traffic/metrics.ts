import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  type CircuitPath,
  circuitPaths,
  type EpochMs,
  type MetricRow,
  findMetricCircuitPath,
  peeringTypes,
  type PeeringType,
} from '#lib/contract/index.ts'
import type { DetectionSettings } from '../../model/settings.ts'
import type { TrafficDirection } from '../../model/traffic-baseline.ts'
import type { TrafficMetricsDetectionState } from '../../model/traffic-memory.ts'
import type { BitRatesOfInterval } from '../../model/traffic.ts'

export const EMPTY_METRICS_MEMORY: TrafficMetricsDetectionState = { rates: {}, drops: {} }

const RATES: Readonly<Record<string, TrafficDirection>> = createSafeLookupTable({
  BitsInPerSecond: 'in',
  BitsOutPerSecond: 'out',
})
const DROPS: Readonly<Record<string, TrafficDirection>> = createSafeLookupTable({
  DroppedInBitsPerSecond: 'in',
  DroppedOutBitsPerSecond: 'out',
  QosDropBitsInPerSecond: 'in',
  QosDropBitsOutPerSecond: 'out',
})

/** Reports whether a metric is a bit rate or a drop rate that is evaluated as traffic of a circuit. */
export const isTrafficMetric = (metric: string) => metric in RATES || metric in DROPS

/**
 * Adds the metric values of one poll to the stored ones. If a value for the same interval arrives again, it replaces
 * the earlier value, because Azure may have revised it.
 */
export function mergeMetricValues(
  memory: TrafficMetricsDetectionState,
  rows: readonly MetricRow[],
  now: EpochMs,
  settings: DetectionSettings,
): TrafficMetricsDetectionState {
  const oldest = now - settings['traffic.memory']
  let { drops } = memory
  for (const row of summed(rows)) {
    const drop = DROPS[row.metric]
    if (drop && row.average !== null && row.average > 0) drops = withDrop(drops, pathOf(row), drop, row.at)
  }
  const peerings = takePeerings(memory, rows, oldest)
  return { rates: takeRates(memory.rates, rows, oldest), ...(peerings && { peerings }), drops }
}

/** Returns the bit rates of each peering of a circuit with several peerings; undefined if the circuit has only one. */
function takePeerings(
  memory: TrafficMetricsDetectionState,
  rows: readonly MetricRow[],
  oldest: EpochMs,
): TrafficMetricsDetectionState['peerings'] {
  const reported = new Set(rows.flatMap((row) => peeringOf(row) ?? []))
  const known = Object.keys(memory.peerings ?? {})
  if (reported.size < 2 && known.length === 0) return undefined
  return Object.fromEntries(
    peeringTypes
      .filter((type) => reported.has(type) || known.includes(type))
      .map((type) => {
        const own = rows.filter((row) => peeringOf(row) === type)
        return [type, takeRates(memory.peerings?.[type] ?? {}, own, oldest)]
      }),
  )
}

function peeringOf({ metric, dimensions }: MetricRow): PeeringType | null {
  const named = RATES[metric] ? dimensions.peeringtype?.toLowerCase() : undefined
  return peeringTypes.find((type) => named?.includes(type)) ?? null
}

function takeRates(
  known: TrafficMetricsDetectionState['rates'],
  rows: readonly MetricRow[],
  oldest: EpochMs,
): TrafficMetricsDetectionState['rates'] {
  let rates = known
  for (const row of summed(rows)) {
    const path = pathOf(row)
    const rate = RATES[row.metric]
    if (rate && path !== null && row.average !== null && row.at >= oldest)
      rates = { ...rates, [path]: withBucket(rates[path] ?? [], row, rate) }
  }
  return recent(rates, oldest)
}

/** Records the time of dropped bits. If Azure reports them for the whole circuit, they count for both paths. */
function withDrop(
  drops: TrafficMetricsDetectionState['drops'],
  path: CircuitPath | null,
  direction: TrafficDirection,
  at: EpochMs,
): TrafficMetricsDetectionState['drops'] {
  const reported = path === null ? circuitPaths : [path]
  return {
    ...drops,
    ...Object.fromEntries(
      reported.map((name) => [name, { ...drops[name], [direction]: Math.max(drops[name]?.[direction] ?? 0, at) }]),
    ),
  }
}

/** Sums the rates of a path over its peerings and address families, which have separate series, within one poll. */
function summed(rows: readonly MetricRow[]): MetricRow[] {
  const groups = Map.groupBy(rows, (row) => `${row.metric} ${pathOf(row)} ${row.at}`)
  return [...groups.values()].flatMap((own) => {
    const reported = own.flatMap(({ average }) => average ?? [])
    const [first] = own
    return first && reported.length > 0 ? [{ ...first, average: reported.reduce((sum, bps) => sum + bps, 0) }] : []
  })
}

const pathOf = ({ dimensions }: MetricRow): CircuitPath | null => findMetricCircuitPath(dimensions)

function withBucket(
  buckets: readonly BitRatesOfInterval[],
  row: MetricRow,
  direction: TrafficDirection,
): BitRatesOfInterval[] {
  const others = buckets.filter(({ at }) => at !== row.at)
  const known = buckets.find(({ at }) => at === row.at)
  const blank = { at: row.at, grainMs: row.grainSeconds * 1_000, in: null, out: null }
  return [...others, { ...(known ?? blank), [direction]: row.average }].toSorted((a, b) => a.at - b.at)
}

const recent = (rates: TrafficMetricsDetectionState['rates'], oldest: EpochMs): TrafficMetricsDetectionState['rates'] =>
  Object.fromEntries(Object.entries(rates).map(([path, buckets]) => [path, buckets.filter(({ at }) => at >= oldest)]))
