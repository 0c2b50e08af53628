import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import {
  type EpochMs,
  type MetricRow,
  findMetricCircuitPath,
  parsePeeringType,
  type PollKind,
} from '#lib/contract/index.ts'
import { createSeriesKeyBuilder, type SourceStatus } from '#lib/history/index.ts'

/** Minimum drop of an availability, in percentage points. A smaller drop may be a lost probe. */
const AVAILABILITY_FALL = 10
/**
 * A number of routes counts as dropped if it fell by more than this share. A smaller drop is normal in a large table.
 */
const ROUTES_FALL = 0.1
/** A bit rate counts as dropped if it is below this share of the lowest bit rate in the earlier buckets. */
const BITS_LEFT = 0.5
/** Number of earlier buckets from which the usual bit rate is determined: at most `most`, and at least `least`. */
const USUAL = { most: 10, least: 3 }
/**
 * Bit rate in bit/s that every earlier bucket must have for a drop to count. Lower traffic often drops without a fault.
 */
const LITTLE_TRAFFIC = 1_000_000

type Measure = 'availability' | 'status' | 'routes' | 'bits'

interface Watched {
  measure: Measure
  /** Kinds of polls that read the details of the facts that the metric shows. */
  kinds: readonly PollKind[]
}

const gatewayMetrics = (prefix: string): Record<string, Watched> => ({
  [`${prefix}CountOfRoutesLearnedFromPeer`]: { measure: 'routes', kinds: ['peers', 'learned'] },
  [`${prefix}CountOfRoutesAdvertisedToPeer`]: { measure: 'routes', kinds: ['peers', 'advertised'] },
  [`${prefix}BitsPerSecond`]: { measure: 'bits', kinds: ['peers'] },
})

const watched: Readonly<Record<string, Watched>> = createSafeLookupTable({
  ArpAvailability: { measure: 'availability', kinds: ['arp', 'stats'] },
  BgpAvailability: { measure: 'availability', kinds: ['summary', 'stats'] },
  BitsInPerSecond: { measure: 'bits', kinds: ['stats', 'summary'] },
  BitsOutPerSecond: { measure: 'bits', kinds: ['stats', 'summary'] },
  BgpPeerStatus: { measure: 'status', kinds: ['peers'] },
  ...gatewayMetrics('ExpressRouteGateway'),
  ...gatewayMetrics('ScalableExpressRouteGateway'),
})

/** A drop of a metric. */
interface MetricStep {
  metric: string
  dimensions: Readonly<Record<string, string>>
  /** End of the bucket. A poll that began later has already seen the change. */
  at: EpochMs
  kinds: readonly PollKind[]
}

type Bucket = Pick<MetricRow, 'metric' | 'dimensions' | 'at' | 'grainSeconds' | 'average' | 'maximum'>

/**
 * Returns the drops that a metric poll shows for the first time. A drop means that a value became zero, or fell by more
 * than usual. Only the newest drop of each series is returned. A series without earlier values has none.
 * @param recorded newest stored bucket of each series
 */
export function findMetricDrops(rows: readonly Bucket[], recorded: readonly Bucket[]): MetricStep[] {
  if (recorded.length === 0) return []
  const seriesKey = createSeriesKeyBuilder()
  const before = new Map(recorded.map((bucket) => [seriesKey(bucket), bucket]))
  const bySeries = Map.groupBy(
    rows.filter(({ metric }) => metric in watched),
    seriesKey,
  )
  return [...bySeries].flatMap(([key, own]) => {
    const last = before.get(key)
    return last ? newestStep(own, last) : []
  })
}

function newestStep(rows: readonly Bucket[], last: Bucket): MetricStep[] {
  const { metric, dimensions } = last
  const { measure, kinds } = watched[metric] ?? {}
  if (!measure || !kinds) return []
  const valuesOf = (buckets: readonly Bucket[]) => buckets.flatMap((bucket) => valueOf(bucket, measure) ?? [])
  const series = rows.toSorted((a, b) => a.at - b.at)
  const known = rows.some(({ at }) => at === last.at) ? series : [last, ...series].toSorted((a, b) => a.at - b.at)
  const newest = series.findLast((bucket) => {
    if (bucket.at < last.at) return false
    const earlier = known.filter(({ at }) => at < bucket.at)
    // Azure Monitor corrects its newest bucket later, so compare the corrected value with the stored one, too.
    const value = valueOf(bucket, measure)
    return value !== null && isFall(measure, value, valuesOf(bucket.at === last.at ? [...earlier, last] : earlier))
  })
  return newest ? [{ metric, dimensions, at: newest.at + newest.grainSeconds * 1_000, kinds }] : []
}

function isFall(measure: Measure, value: number, earlier: readonly number[]): boolean {
  const previous = earlier.at(-1)
  if (previous === undefined || value >= previous) return false
  switch (measure) {
    case 'availability':
      return previous - value >= AVAILABILITY_FALL
    case 'status':
      return (previous - value) * 100 >= AVAILABILITY_FALL
    case 'routes':
      return value === 0 || previous - value > ROUTES_FALL * previous
    case 'bits': {
      const usual = earlier.slice(-USUAL.most)
      const least = Math.min(...usual)
      return usual.length >= USUAL.least && least >= LITTLE_TRAFFIC && value < BITS_LEFT * least
    }
  }
}

function valueOf({ average, maximum }: Bucket, measure: Measure): number | null {
  // Azure Monitor reports the status of a hub's BGP peers as maximum only
  if (measure === 'status') return average ?? maximum
  return measure === 'routes' ? (maximum ?? average) : average
}

/**
 * Returns the polls to repeat because a metric dropped: polls of the same part of the resource that began before the
 * drop. A poll that began later has already seen the change. Polls that are refused or paused are not repeated.
 * @param sources sources of the resource
 */
export function findPollsForMetricSteps(
  steps: readonly MetricStep[],
  sources: readonly SourceStatus[],
): { sourceId: number; kinds: PollKind[] }[] {
  const asked = sources.filter(({ scheduled, poll, ...source }) => {
    const { kind, lastOutcome, lastStartedAt } = poll
    // a source that was never polled is already due
    if (!scheduled || lastStartedAt === null || lastOutcome === 'forbidden' || lastOutcome === 'paused') return false
    return steps.some((step) => step.kinds.includes(kind) && lastStartedAt < step.at && isAbout(step, kind, source))
  })
  const bySource = Map.groupBy(asked, ({ sourceId }) => sourceId)
  return [...bySource].map(([sourceId, own]) => ({ sourceId, kinds: own.map(({ poll }) => poll.kind) }))
}

/**
 * Reports whether the drop of a metric concerns a source. If the metric belongs to a path or peering, the drop concerns
 * the sources of this path or peering and the sources of the whole resource. Otherwise it concerns all sources of the
 * resource. A source for the routes that are advertised to a neighbor is concerned if the metric belongs to this
 * neighbor, or to no particular neighbor.
 */
function isAbout(
  { dimensions }: MetricStep,
  pollKind: PollKind,
  { peering, path, subresource }: Pick<SourceStatus, 'peering' | 'path' | 'subresource'>,
): boolean {
  if (pollKind === 'advertised')
    return dimensions.bgppeeraddress === undefined || dimensions.bgppeeraddress === subresource
  const named = findMetricCircuitPath(dimensions)
  if (path !== null && named !== null && named !== path) return false
  const { peeringtype = '' } = dimensions
  const kind = parsePeeringType(peering)
  return peeringtype === '' || kind === null || peeringtype.toLowerCase().includes(kind)
}
