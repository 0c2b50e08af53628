import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type EpochMs,
  MAX_METRIC_AGE_MS,
  parsePathSubject,
  parsePeeringType,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'
import { getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../model/recheck.ts'
import { getPartCountedBySource } from '../../model/topology.ts'
import type { SamplePair } from '../../model/traffic.ts'
import { formatArpAvailabilityKey, groupConsecutiveMinutes } from './apply-availability.ts'
import { type PolledSourceKey, isLastPollStale } from './last-answer.ts'
import { listTrafficStates, findTrafficState } from './traffic/traffic-state.ts'

/**
 * Maximum age, in ms, of the newest interval of a metric. Values arrive late, and older values do not describe the
 * current state.
 */
export const MAX_CURRENT_METRIC_AGE_MS = MAX_METRIC_AGE_MS + 10 * MS_PER_MINUTE
/** Maximum rate of a path without traffic, bit/s (docs/rules/detection.md 3.5). */
const DEAD_BPS = 8_000
/** Share of the usual rate below which a sample counts as having no traffic. */
const STILL_SHARE = 0.1

/** State of one layer of a path (the BGP session or the ARP entry) as Azure Monitor metrics show it. */
export interface LayerStateFromMetrics {
  level: 'up' | 'down'
  /**
   * bounds of the start of this state. They are at least one minute apart, because a metric has one value per minute
   */
  since: TimestampBounds
  /** availability in the newest minute, in percent; null = not stored */
  percent: number | null
  /** outages that had already ended when Azure Monitor first reported them */
  passed: OutageInMetrics[]
  /** true if the layer was down for at least two whole minutes. This counts as much as two polls */
  isSure: boolean
}

/** An outage that metrics show, with the bounds of its begin and its end. */
export interface OutageInMetrics {
  fell: TimestampBounds
  rose: TimestampBounds
  /** true if the outage lasted at least two whole minutes. This counts as much as two polls */
  isSure: boolean
}

/**
 * Returns the state of a path's session or ARP entry from Azure Monitor metrics. Metrics are used only if Azure refuses
 * the poll of the session or entry itself. Null = the poll is not refused, or the metric has no recent value.
 * Minutes before the last successful poll are ignored, and so are minutes in which the path carried its usual bytes. A
 * metric that is read for the first time reports no failure, because its newest minutes may still change.
 */
export function readLayerFromMetrics(
  context: DetectionContext,
  circuit: string,
  subresource: string,
  kind: 'summary' | 'arp',
): LayerStateFromMetrics | null {
  const scope = ensureResourceState(context, circuit)
  const now = context.mark.finishedAt
  const fact = scope.availability[kind === 'arp' ? formatArpAvailabilityKey(subresource) : subresource]
  if (!fact?.down || !wasLastPollRefused(context, { scope: circuit, subresource, kind })) return null
  const lastGoodAt = scope.failing[`${subresource} ${kind}`]?.lastGoodAt ?? null
  const { reported, well, last = null } = fact
  const moved = movedIn(context, circuit, subresource)
  const down = groupConsecutiveMinutes(fact.down).flatMap(({ first, last: end, minutes }) =>
    moved({ earliest: first.earliest, latest: end.latest }) ? [] : minutes,
  )
  const passed = (fact.passed ?? []).filter((run) => !moved({ earliest: run.first.earliest, latest: run.last.latest }))
  if (
    now - reported.latest > MAX_CURRENT_METRIC_AGE_MS ||
    (lastGoodAt !== null && reported.latest - MS_PER_MINUTE < lastGoodAt)
  )
    return null
  const isDown = down.some(({ latest }) => latest >= reported.latest)
  if (isDown && fact.isFirst) return null
  return {
    level: isDown ? 'down' : 'up',
    since: isDown ? fellIn(down, well, lastGoodAt) : roseIn(down),
    percent: last,
    isSure: isDown && down.filter(({ earliest }) => !well || earliest >= well.latest).length > 1,
    passed: context.mark.kind === 'metrics' && context.mark.scope === circuit ? passed.map(outageOf) : [],
  }
}

/** Rates of a path between two times, bit/s by direction. */
type Moved = Pick<SamplePair, 'earliest' | 'latest' | 'in' | 'out'>

/**
 * Returns a function that reports whether a path carried its usual bytes during a span in which a metric shows it as
 * down. A path that was really down for most of the span carries fewer bytes.
 * The function uses the newest pair of byte counter samples that is mostly within the span, or otherwise Azure
 * Monitor's bit rates. Counters that combine several peerings are not used, because they prove nothing about a single
 * peering.
 */
function movedIn(context: DetectionContext, circuit: string, subresource: string): (span: TimestampBounds) => boolean {
  const scope = ensureResourceState(context, circuit)
  const node = context.topology.circuits.find((one) => one.scope === circuit)
  const { peering, path } = parsePathSubject(subresource)
  const own = node?.peerings.find(({ name }) => name === peering)
  if (!node || !own || path === null) return () => false
  const isAlone = node.peerings.length === 1 || own.isCounted
  const fact = isAlone ? findTrafficState(scope, getPartCountedBySource(node, own.name))?.fact : null
  const rates = isAlone
    ? fact?.rates[path]
    : listTrafficStates(scope).flatMap(
        (one) => one.fact?.peeringRates?.[parsePeeringType(own.name) ?? '']?.[path] ?? [],
      )
  const counted: readonly Moved[] = fact?.pairs[path] ?? []
  const measured = (rates ?? []).map((rate): Moved => ({ ...rate, earliest: rate.at, latest: rate.at + rate.grainMs }))
  return (span) => isUsual(counted, span) ?? isUsual(measured, span) ?? false
}

/**
 * Reports whether the newest sample that is mostly within a span shows the usual traffic. Azure may repeat old counters
 * from a cache. Therefore a sample without bytes is combined with its neighboring samples, up to the next sample with
 * bytes.
 * @returns null if no sample is within the span, or if the path usually has no traffic
 */
function isUsual(samples: readonly Moved[], span: TimestampBounds): boolean | null {
  const overlapOf = ({ earliest, latest }: Moved) =>
    Math.max(0, Math.min(latest, span.latest) - Math.max(earliest, span.earliest))
  const newest = samples.findLastIndex((sample) => overlapOf(sample) * 2 >= lengthOf(sample))
  if (newest < 0) return null
  for (const direction of ['out', 'in'] as const) {
    const usual = meanOf(
      samples.filter((sample) => overlapOf(sample) === 0),
      direction,
    )
    if (usual === null || usual <= DEAD_BPS) continue
    const isStill = (at: number) => (samples[at]?.[direction] ?? usual) < STILL_SHARE * usual
    let [first, last] = [newest, newest]
    while (first > 0 && isStill(first) && isStill(first - 1)) first--
    while (last < samples.length - 1 && isStill(last)) last++
    const counted = samples.slice(first, last + 1)
    const share = total(counted.map(overlapOf)) / total(counted.map(lengthOf))
    const mean = meanOf(counted, direction)
    if (mean !== null) return mean > usual * (1 - share / 2)
  }
  return null
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
const lengthOf = ({ earliest, latest }: Moved) => latest - earliest

/** Returns the mean rate over the time of the samples, bit/s; null if no sample has a value for the direction. */
function meanOf(samples: readonly Moved[], direction: 'in' | 'out'): number | null {
  const known = samples.filter((sample) => sample[direction] !== null)
  if (known.length === 0) return null
  return total(known.map((one) => (one[direction] ?? 0) * lengthOf(one))) / total(known.map(lengthOf))
}

const outageOf = (run: { first: TimestampBounds; last: TimestampBounds }): OutageInMetrics => ({
  fell: { earliest: run.first.earliest - MS_PER_MINUTE, latest: run.first.latest },
  rose: roseIn([run.last]),
  isSure: run.last.latest - run.first.earliest >= 2 * MS_PER_MINUTE,
})

/**
 * Reports whether Azure refuses or does not offer a poll, and the last successful poll is stale. Metrics are then used
 * instead of the poll.
 */
export const wasLastPollRefused = (context: DetectionContext, source: PolledSourceKey): boolean =>
  ensureResourceState(context, source.scope).failing[`${source.subresource} ${source.kind}`]?.refused === true &&
  isLastPollStale(context, source)

/**
 * Returns the bounds of the time when a layer went down. It is after the start of the last minute in which the layer
 * was up, and before the end of the first minute in which it was down. If a successful poll of the layer is later than
 * that start, the poll is the earlier bound.
 */
function fellIn(
  down: readonly TimestampBounds[],
  well: TimestampBounds | undefined,
  lastGoodAt: EpochMs | null,
): TimestampBounds {
  const first = down.find(({ earliest }) => !well || earliest >= well.latest)
  const earliest = Math.max(well?.earliest ?? INSTANT_BEFORE_MONITORING, lastGoodAt ?? INSTANT_BEFORE_MONITORING)
  return { earliest, latest: Math.max(earliest, first?.latest ?? earliest) }
}

/**
 * Returns the bounds of the time when a layer came up: after the start of the last down minute, and before the end of
 * the minute that follows it. Both bounds are `BEFORE_MONITORING` if no minute was down.
 */
function roseIn(down: readonly TimestampBounds[]): TimestampBounds {
  const last = down.at(-1)
  if (!last) return { earliest: INSTANT_BEFORE_MONITORING, latest: INSTANT_BEFORE_MONITORING }
  return { earliest: last.earliest, latest: last.latest + MS_PER_MINUTE }
}

/**
 * Returns the next poll as the time of the next evaluation, if Azure denies the poll of a path's session summary. New
 * minutes of metrics alone would not cause an evaluation.
 */
export function findMeasuredLayersRecheckTime(context: DetectionContext, scope: string): DetectionRecheckTime {
  const state = context.scopes[scope]
  const paths = Object.keys(state?.failing ?? {}).flatMap((key) => (key.endsWith(' summary') ? key.slice(0, -8) : []))
  return getRecheckTimeIfNeeded(
    paths.some((subresource) => wasLastPollRefused(context, { scope, subresource, kind: 'summary' })),
  )
}
