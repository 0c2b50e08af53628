import { circuitPaths, type MetricRow, type PollRecord } from '#lib/contract/index.ts'
import type { DetectionSettings } from '../../model/settings.ts'
import type { PathByteReading, TrafficDirectionState, SamplePair, CircuitTrafficState } from '../../model/traffic.ts'
import type { TrafficSignal } from '../../model/signal.ts'
import {
  getTrafficExpectation,
  type CountedTrafficPart,
  countedTrafficParts,
  NO_BASELINE,
  type TrafficBaseline,
  type TrafficDirection,
  trafficDirections,
} from '../../model/traffic-baseline.ts'
import { getCounterCacheMs, addCounterPoll } from './counters.ts'
import {
  computeDeadRateBps,
  computeFlatWindow,
  updateTrafficDirection,
  EMPTY_DIRECTION_MEMORY,
} from './traffic-direction.ts'
import type {
  CounterPollSample,
  TrafficDirectionMemory,
  PathSharesMemory,
  CircuitTrafficDetectionState,
} from '../../model/traffic-memory.ts'
import { doMetricRatesConfirmStop } from '../../model/rates-agree.ts'
import { EMPTY_METRICS_MEMORY, mergeMetricValues } from './metrics.ts'
import { EMPTY_SHARES_MEMORY, addPairToShares } from './path-shares.ts'

const NOTHING_READ: CircuitTrafficDetectionState = {
  counters: null,
  meters: {},
  shares: EMPTY_SHARES_MEMORY,
  metrics: EMPTY_METRICS_MEMORY,
  pairs: {},
  reported: '',
}

/**
 * Maximum number of stored pairs of samples for each path. With a poll every ten seconds they cover the window over
 * which shares are averaged (15 minutes) and a tenth of a window before it, in which a visible change may have begun.
 */
const MAX_PAIRS = 100

interface FoldedTraffic {
  memory: CircuitTrafficDetectionState
  signal: TrafficSignal
}

/** Evaluates one good poll of a circuit's byte counters. */
export function applyCounterReadings(
  memory: CircuitTrafficDetectionState | null,
  readings: readonly PathByteReading[],
  mark: PollRecord,
  { baseline = NO_BASELINE, settings }: { baseline?: TrafficBaseline | undefined; settings: DetectionSettings },
): FoldedTraffic {
  const before = memory ?? NOTHING_READ
  const { memory: counters, pairs } = addCounterPoll(before.counters, answerOf(readings, mark), settings)
  const known = countedTrafficParts.flatMap(
    (meter): [CountedTrafficPart, Record<TrafficDirection, TrafficDirectionMemory>][] => {
      const pair = pairs[meter]
      const was = before.meters[meter]
      if (!pair) return was ? [[meter, was]] : []
      const step = (direction: TrafficDirection) =>
        updateTrafficDirection(was?.[direction] ?? EMPTY_DIRECTION_MEMORY, pair, pair[direction], {
          expected: getTrafficExpectation(baseline, meter, direction),
          bandwidthBps: meter === 'sum' ? null : baseline.bandwidthBps,
          refreshMs: getCounterCacheMs(counters),
          // One window without traffic is enough in two cases. The sum of both paths is used only to find traffic in
          // one direction, and the other direction shows that the counters are read. The counters of a single peering
          // are compared with the bit rates later, because the two are polled separately.
          windowsAlone: meter === 'sum' || mark.subresource !== '' ? 1 : settings['traffic.flat.alone'],
          agrees: (since) =>
            doMetricRatesConfirmStop(before.metrics, meter, direction, {
              since,
              deadBps: computeDeadRateBps(getTrafficExpectation(baseline, meter, direction), settings),
            }),
          settings,
        })
      return [[meter, { in: step('in'), out: step('out') }]]
    },
  )
  const next: CircuitTrafficDetectionState = {
    ...before,
    counters,
    meters: Object.fromEntries(known),
    shares: addPairToShares(before.shares, pairs, settings),
    pairs: withPairs(before.pairs, pairs, mark, settings),
  }
  return report(next, baseline, settings)
}

/** Evaluates the bit rates of one poll of Azure Monitor. They confirm or contradict the byte counters. */
export function applyMetricRates(
  memory: CircuitTrafficDetectionState | null,
  rows: readonly MetricRow[],
  mark: PollRecord,
  { baseline = NO_BASELINE, settings }: { baseline?: TrafficBaseline | undefined; settings: DetectionSettings },
): FoldedTraffic {
  const before = memory ?? NOTHING_READ
  return report(
    { ...before, metrics: mergeMetricValues(before.metrics, rows, mark.startedAt, settings) },
    baseline,
    settings,
  )
}

function answerOf(readings: readonly PathByteReading[], { startedAt, finishedAt }: PollRecord): CounterPollSample {
  const paths: CounterPollSample['paths'] = {}
  for (const { path, bytesIn, bytesOut } of readings) if (path) paths[path] ??= { in: bytesIn, out: bytesOut }
  return { startedAt, finishedAt, paths }
}

function withPairs(
  known: CircuitTrafficDetectionState['pairs'],
  pairs: Partial<Record<CountedTrafficPart, SamplePair>>,
  { startedAt }: PollRecord,
  settings: DetectionSettings,
): CircuitTrafficDetectionState['pairs'] {
  const oldest = startedAt - settings['traffic.memory']
  const next: CircuitTrafficDetectionState['pairs'] = {}
  for (const path of circuitPaths) {
    const added = pairs[path]
    const all = [...(known[path] ?? []), ...(added ? [added] : [])].filter(({ latest }) => latest >= oldest)
    if (all.length > 0) next[path] = all.slice(-MAX_PAIRS)
  }
  return next
}

function report(
  memory: CircuitTrafficDetectionState,
  baseline: TrafficBaseline,
  settings: DetectionSettings,
): FoldedTraffic {
  const fact = factOf(memory, baseline, settings)
  const reported = newsOf(fact)
  return { memory: { ...memory, reported }, signal: { type: 'traffic', fact, isNews: reported !== memory.reported } }
}

function factOf(
  memory: CircuitTrafficDetectionState,
  baseline: TrafficBaseline,
  settings: DetectionSettings,
): CircuitTrafficState {
  const { shares, metrics, pairs, counters } = memory
  const own = countedTrafficParts.flatMap((meter) => {
    const known = memory.meters[meter]
    if (!known) return []
    const fact = (direction: TrafficDirection) =>
      directionFact(known[direction], { memory, baseline, meter, direction, settings })
    return [[meter, { in: fact('in'), out: fact('out') }] as const]
  })
  return {
    meters: Object.fromEntries(own),
    windowMs: computeFlatWindow(getCounterCacheMs(counters), settings).ms,
    busiest: baseline.busiest,
    shares: { full: shares.full, before: shares.before, steps: stepsOf(shares) },
    asymmetric: shares.asymmetric,
    evenAgain: shares.evenAgain,
    pairs,
    rates: metrics.rates,
    ...(metrics.peerings && { peeringRates: metrics.peerings }),
  }
}

function stepsOf({ steps = {} }: PathSharesMemory): CircuitTrafficState['shares']['steps'] {
  return Object.fromEntries(
    trafficDirections.flatMap((direction) => {
      const step = steps[direction]?.step
      return step ? [[direction, step]] : []
    }),
  )
}

interface TrafficQuery {
  memory: CircuitTrafficDetectionState
  baseline: TrafficBaseline
  meter: CountedTrafficPart
  direction: TrafficDirection
  settings: DetectionSettings
}

function directionFact(known: TrafficDirectionMemory, asked: TrafficQuery): TrafficDirectionState {
  const { memory, baseline, meter, direction, settings } = asked
  const { bps, lost, isFlat, flowsAgain, low, isLow, alive, load, loadSince } = known
  const expected = getTrafficExpectation(baseline, meter, direction)
  const drop = meter === 'sum' ? undefined : memory.metrics.drops[meter]?.[direction]
  return {
    bps,
    expected,
    deadBps: computeDeadRateBps(expected, settings),
    lost,
    isFlat,
    flowsAgain,
    low: low?.since ?? null,
    isLow,
    aliveMs: alive?.coveredMs ?? 0,
    load,
    loadSince,
    isDropping: drop !== undefined && load !== 'clear' && loadSince !== null && drop >= loadSince.earliest,
  }
}

/**
 * Formats the levels of a traffic fact (not its rates) as one text. If the text differs from that of the previous poll,
 * the group must evaluate the traffic immediately.
 */
function newsOf({ meters: own, asymmetric, shares, busiest }: CircuitTrafficState): string {
  const levels = countedTrafficParts.flatMap((meter) =>
    trafficDirections.map((direction) => {
      const fact = own[meter]?.[direction]
      if (!fact) return null
      const { lost, isFlat, low, isLow, load, isDropping, flowsAgain } = fact
      return [lost !== null, isFlat, low !== null, isLow, load, isDropping, flowsAgain]
    }),
  )
  return JSON.stringify([levels, asymmetric?.inPath, shares.full?.latest, busiest])
}
