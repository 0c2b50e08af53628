import { type TimestampBounds, type CircuitPath, formatPathSubject } from '#lib/contract/index.ts'
import { findOpenEvent, type DetectionContext, ensureResourceState, listLiveEvents } from '../../../model/context.ts'
import { updateEventByCondition } from '../../../model/event-condition.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import type { CircuitNode, CircuitPeeringNode } from '../../../model/topology.ts'
import { type TrafficDirection, trafficDirections } from '../../../model/traffic-baseline.ts'
import type { SamplePair, CircuitTrafficState, AverageTrafficOfTimeWindow } from '../../../model/traffic.ts'
import { createShareEvidence, isTrafficChangeUnexplained } from './traffic-asymmetry.ts'

/** Flag of a traffic_shift event about a path whose traffic did not move to the other path. */
const FELL_FLAG = 'fell'

/** Share of the usual ratio above which a path still carries traffic. A link that carries none has no session either. */
const CARRYING_SHARE = 0.05

/**
 * Raises traffic_shift for a path that carries clearly less than before, while the circuit's other path carries as much
 * as before, and no session or route changed. Before, the ratio of the two paths was as usual at this hour of the week;
 * now the path carries less than its usual minimum. This is typical of a link that loses packets, because flows with
 * losses slow down and flows of the other path do not. A path that carries nothing at all is handled by another rule,
 * because it changes the shares of the circuit.
 */
export function detectPathFall(
  context: DetectionContext,
  circuit: CircuitNode,
  { name }: CircuitPeeringNode,
  path: CircuitPath,
): LiveEvent | null {
  const { settings, mark } = context
  const subject = formatPathSubject(name, path)
  const open = findOpenEvent(context, 'traffic_shift', circuit.scope, subject)
  const fact = ensureResourceState(context, circuit.scope).traffic?.fact
  const { full = null, before = [] } = fact?.shares ?? {}
  if (!fact || !full) return open
  const ratio = (window: AverageTrafficOfTimeWindow, direction: TrafficDirection) =>
    compareWithUsualRatio(fact, window, path, direction, settings)
  const isBelow = (window: AverageTrafficOfTimeWindow, direction: TrafficDirection) =>
    (ratio(window, direction) ?? 1) < settings['traffic.fell.share']
  const low = trafficDirections.filter((direction) => isBelow(full, direction))
  const findFallen = (window: AverageTrafficOfTimeWindow) =>
    low.filter(
      (direction) =>
        full.paths[path][direction] < (fact.meters[path]?.[direction].expected?.bps ?? 0) &&
        (ratio(full, direction) ?? 0) > CARRYING_SHARE &&
        Math.abs((ratio(window, direction) ?? 0) - 1) < settings['traffic.fell.steady'] &&
        hasFallenAlone(window, full, path, direction, settings),
    )
  const former = before.find((window) => findFallen(window).length > 0)
  if (!open && (!former || isExplained(context, circuit, former))) return null
  const compared = former ?? before[0] ?? full
  const isLow = low.length > 0
  const direction = (former && findFallen(former)[0]) ?? low[0] ?? 'in'
  const since = boundStep(fact.pairs[path] ?? [], direction, {
    from: compared,
    former: compared.paths[path][direction],
    now: full.paths[path][direction],
  }) ?? { earliest: compared.earliest, latest: Math.min(full.latest, mark.finishedAt) }
  return updateEventByCondition(context, {
    kind: 'traffic_shift',
    scope: circuit.scope,
    subject,
    holds: isLow,
    since,
    // Shares vary even in normal operation within a single window. Therefore only a second window with the same result
    // leads to a notification.
    severity: before[0] && isBelow(before[0], direction) ? 'warning' : 'info',
    flags: isLow ? [FELL_FLAG] : [],
    evidence: createShareEvidence(full, compared === full ? null : compared),
  })
}

/** Number of pairs of samples before a change that show how much the rate varies. */
const COMPARED_PAIRS = 5

const average = (rates: readonly number[], whenEmpty: number) =>
  rates.length === 0 ? whenEmpty : rates.reduce((sum, rate) => sum + rate, 0) / rates.length

/**
 * Returns the bounds of the time at which the rate of a path changed from `former` to `now`. They contain the pair of
 * samples in which the rate crossed the mean of `former` and `now`, and the part of the pair before it that may already
 * have the new rate. If several pairs crossed the mean, the bounds contain all of them. Null = the pairs do not show
 * the change.
 */
function boundStep(
  pairs: readonly SamplePair[],
  direction: TrafficDirection,
  { from, former, now }: { from: AverageTrafficOfTimeWindow; former: number; now: number },
): TimestampBounds | null {
  const rates = pairs.flatMap(({ [direction]: bps, ...pair }) => (bps === null ? [] : [{ ...pair, bps }]))
  const middle = (former + now) / 2
  const isBeyond = ({ bps, latest }: { bps: number; latest: number }) =>
    latest > from.earliest && (now < former ? bps < middle : bps > middle)
  const first = rates.findIndex(isBeyond)
  const last = rates.findLastIndex((pair) => !isBeyond(pair)) + 1
  const [previous, begin, end] = [rates[first - 1], rates[first], rates[last]]
  if (!previous || !begin || !end) return null
  const earlier = rates.slice(Math.max(0, first - 1 - COMPARED_PAIRS), first - 1).map(({ bps }) => bps)
  const before = average(earlier, former)
  const after = average(
    rates.slice(first + 1).map(({ bps }) => bps),
    now,
  )
  const variation = Math.max(...earlier.map((bps) => Math.abs(bps - before)), 0)
  const share = (before - previous.bps) / (before - after)
  // Without earlier pairs of samples, it is unknown how much of the previous pair already has the new rate.
  const progress = earlier.length === 0 ? 1 : Math.max(0, share) + (2 * variation) / Math.abs(before - after)
  return { earliest: Math.round(begin.earliest - Math.min(1, progress) * previous.lengthMs), latest: end.latest }
}

/** Reports whether another change, or traffic that had stopped in the compared time, explains lower traffic. */
function isExplained(
  context: DetectionContext,
  circuit: CircuitNode,
  { earliest }: AverageTrafficOfTimeWindow,
): boolean {
  const stops = listLiveEvents(context).filter(
    ({ event }) =>
      event.scope === circuit.scope && (event.kind === 'green_but_dead' || event.kind === 'one_way_traffic'),
  )
  return (
    stops.some(({ event }) => event.ended === null || event.ended.latest > earliest) ||
    !isTrafficChangeUnexplained(context, circuit, earliest)
  )
}

const otherOf = (path: CircuitPath): CircuitPath => (path === 'primary' ? 'secondary' : 'primary')

type Settings = DetectionContext['settings']

/**
 * Returns the ratio of a path's traffic to that of the other path, as a multiple of the usual ratio at this hour of the
 * week; null = too little traffic, or the usual traffic is not known from several weeks.
 */
function compareWithUsualRatio(
  { meters }: CircuitTrafficState,
  { paths }: AverageTrafficOfTimeWindow,
  path: CircuitPath,
  direction: TrafficDirection,
  settings: Settings,
): number | null {
  const [own, other] = [path, otherOf(path)].map((one) => {
    const usual = meters[one]?.[direction].expected
    const isKnown = usual?.confidence === 'normal' && usual.bps >= settings['traffic.expected.least']
    return isKnown ? paths[one][direction] / usual.bps : null
  })
  return own == null || other == null || other === 0 ? null : own / other
}

/** Reports whether the traffic of a path fell in a direction while the traffic of the other path was steady. */
function hasFallenAlone(
  before: AverageTrafficOfTimeWindow,
  after: AverageTrafficOfTimeWindow,
  path: CircuitPath,
  direction: TrafficDirection,
  settings: Settings,
): boolean {
  const ratio = (one: CircuitPath) => after.paths[one][direction] / Math.max(before.paths[one][direction], 1)
  const other = ratio(otherOf(path))
  const steady = settings['traffic.fell.steady']
  return ratio(path) < settings['traffic.fell.share'] && other >= 1 - steady && other <= 1 + steady
}
