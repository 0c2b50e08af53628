import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import { boundLatestBegin } from '../../../model/event-key.ts'
import type { FoldContext } from '../../../model/context.ts'
import { groupCarriersByScope, type TrafficCarrier } from '../../facts/traffic/carrying.ts'
import { getDeadRates, computeFormerRateBps, findTrafficRise, type TrafficStop, findTrafficStop } from './marks.ts'
import { sumFlowsFromCounters, sumFlowsFromBitRates } from '../../facts/traffic/flows.ts'

/**
 * The bounds of one time mark of a failover (for example F, the end of forwarding), from byte counters and from Azure
 * Monitor's bit rates; `rates` is null if the rates do not show it.
 */
export interface MarkBounds {
  counters: Bounds
  rates: Bounds | null
}

/**
 * Returns mark F of a failover, the time when all paths that were used before had stopped forwarding; null if one of
 * these paths does not show that it stopped.
 */
export function findEndOfForwarding(
  context: FoldContext,
  former: readonly TrafficCarrier[],
  rerouted: Bounds,
): MarkBounds | null {
  const slack = context.settings['timers.hold'] + context.settings['burst.slack']
  const near = { earliest: rerouted.earliest - slack, latest: rerouted.latest }
  const entries = groupCarriersByScope(former).map((own) => {
    const dead = getDeadRates(context, own)
    const stop = findTrafficStop(sumFlowsFromCounters(context, own), dead, near)
    return { stop, byRates: stop && findTrafficStop(sumFlowsFromBitRates(context, own), dead, near) }
  })
  const stops = entries.flatMap(({ stop }) => stop ?? [])
  if (stops.length === 0 || stops.length < entries.length) return null
  const isRated = entries.some(({ byRates }) => byRates !== null)
  const at = (all: readonly TrafficStop[]) => boundLatestBegin(all.map((stop) => stop.at))
  return {
    counters: at(stops),
    rates: isRated ? at(entries.flatMap(({ stop, byRates }) => byRates ?? stop ?? [])) : null,
  }
}

/**
 * Returns mark B of a failover, the time when traffic of the former path flows on one of the new paths. Null = no
 * sample shows it. 'unclear' = the new path's own traffic varies too much to recognize it.
 */
export function findReturnOfForwarding(
  context: FoldContext,
  { former, next }: { former: readonly TrafficCarrier[]; next: readonly TrafficCarrier[] },
  { ended, from, disturbed }: { ended: EpochMs; from: EpochMs; disturbed: readonly Bounds[] },
): MarkBounds | 'unclear' | null {
  const share = context.settings['failover.resumed']
  const bps = groupCarriersByScope(former).reduce(
    (sum, own) => sum + computeFormerRateBps(sumFlowsFromCounters(context, own), ended),
    0,
  )
  if (bps === 0) return null
  const wanted = { bps, share, from, disturbed }
  const found = groupCarriersByScope(next).map((own) => ({
    own,
    rise: findTrafficRise(sumFlowsFromCounters(context, own), wanted),
  }))
  const rises = found.flatMap(({ own, rise }) => (rise === null || rise === 'unclear' ? [] : [{ own, rise }]))
  const first = rises.toSorted((a, b) => a.rise.latest - b.rise.latest)[0]
  if (!first) return found.some(({ rise }) => rise === 'unclear') ? 'unclear' : null
  const rated = findTrafficRise(sumFlowsFromBitRates(context, first.own), wanted)
  return { counters: first.rise, rates: rated === 'unclear' ? null : rated }
}
