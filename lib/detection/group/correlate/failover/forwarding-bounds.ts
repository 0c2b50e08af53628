import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import { computeLatestBeginBounds } from '../../../model/event-key.ts'
import type { DetectionContext } from '../../../model/context.ts'
import { groupTrafficPathsByResource, type TrafficCarryingPath } from '../../facts/traffic/traffic-paths.ts'
import {
  sumMaxRatesWithoutTraffic,
  computeFormerRateBps,
  findTrafficRise,
  type TrafficStop,
  findTrafficStop,
} from './traffic-stop.ts'
import { sumFlowsFromCounters, sumFlowsFromBitRates } from '../../facts/traffic/traffic-flows.ts'

/**
 * Bounds of one timestamp of a failover, for example of the end of forwarding. `counters` comes from byte counters,
 * `rates` from Azure Monitor's bit rates; `rates` is null if the rates do not show the timestamp.
 */
export interface FailoverTimeBounds {
  counters: TimestampBounds
  rates: TimestampBounds | null
}

/**
 * Returns timestamp F of a failover, the time when all paths that were used before had stopped forwarding; null if no
 * stop is visible on one of these paths.
 */
export function findEndOfForwarding(
  context: DetectionContext,
  former: readonly TrafficCarryingPath[],
  rerouted: TimestampBounds,
): FailoverTimeBounds | null {
  const slack = context.settings['timers.hold'] + context.settings['burst.slack']
  const near = { earliest: rerouted.earliest - slack, latest: rerouted.latest }
  const entries = groupTrafficPathsByResource(former).map((own) => {
    const dead = sumMaxRatesWithoutTraffic(context, own)
    const stop = findTrafficStop(sumFlowsFromCounters(context, own), dead, near)
    return { stop, byRates: stop && findTrafficStop(sumFlowsFromBitRates(context, own), dead, near) }
  })
  const stops = entries.flatMap(({ stop }) => stop ?? [])
  if (stops.length === 0 || stops.length < entries.length) return null
  const isRated = entries.some(({ byRates }) => byRates !== null)
  const at = (all: readonly TrafficStop[]) => computeLatestBeginBounds(all.map((stop) => stop.at))
  return {
    counters: at(stops),
    rates: isRated ? at(entries.flatMap(({ stop, byRates }) => byRates ?? stop ?? [])) : null,
  }
}

/**
 * Returns timestamp B of a failover, the time when traffic of the former path flows on one of the new paths. Null = no
 * sample shows it. 'unclear' = the new path's own traffic varies too much to recognize the moved traffic.
 */
export function findReturnOfForwarding(
  context: DetectionContext,
  { former, next }: { former: readonly TrafficCarryingPath[]; next: readonly TrafficCarryingPath[] },
  { ended, from, disturbed }: { ended: EpochMs; from: EpochMs; disturbed: readonly TimestampBounds[] },
): FailoverTimeBounds | 'unclear' | null {
  const share = context.settings['failover.resumed']
  const bps = groupTrafficPathsByResource(former).reduce(
    (sum, own) => sum + computeFormerRateBps(sumFlowsFromCounters(context, own), ended),
    0,
  )
  if (bps === 0) return null
  const wanted = { bps, share, from, disturbed }
  const found = groupTrafficPathsByResource(next).map((own) => ({
    own,
    rise: findTrafficRise(sumFlowsFromCounters(context, own), wanted),
  }))
  const rises = found.flatMap(({ own, rise }) => (rise === null || rise === 'unclear' ? [] : [{ own, rise }]))
  const first = rises.toSorted((a, b) => a.rise.latest - b.rise.latest)[0]
  if (!first) return found.some(({ rise }) => rise === 'unclear') ? 'unclear' : null
  const rated = findTrafficRise(sumFlowsFromBitRates(context, first.own), wanted)
  return { counters: first.rise, rates: rated === 'unclear' ? null : rated }
}
