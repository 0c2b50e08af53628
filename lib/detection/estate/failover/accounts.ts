import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import { sinceAll } from '../../event-key.ts'
import type { Estate } from '../estate.ts'
import { byScope, type Carrying } from './carrying.ts'
import { deadOf, flowsOf, formerTotal, ratesOf, riseIn, type Stop, stopIn } from './marks.ts'

/** What was counted of a moment, and what Azure Monitor's rates tell of the same one; null = they don't. */
export interface Accounts {
  counters: Bounds
  rates: Bounds | null
}

/** Mark F: forwarding has ended on all of the former way; null where a part of it does not show that. */
export function endOfForwarding(estate: Estate, former: readonly Carrying[], rerouted: Bounds): Accounts | null {
  const slack = estate.settings['timers.hold'] + estate.settings['burst.slack']
  const near = { earliest: rerouted.earliest - slack, latest: rerouted.latest }
  const ways = byScope(former).map((own) => {
    const dead = deadOf(estate, own)
    const stop = stopIn(flowsOf(estate, own), dead, near)
    return { stop, byRates: stop && stopIn(ratesOf(estate, own), dead, near) }
  })
  const stops = ways.flatMap(({ stop }) => stop ?? [])
  if (stops.length === 0 || stops.length < ways.length) return null
  const isRated = ways.some(({ byRates }) => byRates !== null)
  const at = (all: readonly Stop[]) => sinceAll(all.map((stop) => stop.at))
  return { counters: at(stops), rates: isRated ? at(ways.flatMap(({ stop, byRates }) => byRates ?? stop ?? [])) : null }
}

/** Mark B: bytes of the former way move on a part of the new one. */
export function returnOfForwarding(
  estate: Estate,
  { former, next }: { former: readonly Carrying[]; next: readonly Carrying[] },
  { ended, from, disturbed }: { ended: EpochMs; from: EpochMs; disturbed: readonly Bounds[] },
): Accounts | 'unclear' | null {
  const share = estate.settings['failover.resumed']
  const bps = byScope(former).reduce((sum, own) => sum + formerTotal(flowsOf(estate, own), ended), 0)
  if (bps === 0) return null
  const wanted = { bps, share, from, disturbed }
  const found = byScope(next).map((own) => ({ own, rise: riseIn(flowsOf(estate, own), wanted) }))
  const rises = found.flatMap(({ own, rise }) => (rise === null || rise === 'unclear' ? [] : [{ own, rise }]))
  const first = rises.toSorted((a, b) => a.rise.latest - b.rise.latest)[0]
  if (!first) return found.some(({ rise }) => rise === 'unclear') ? 'unclear' : null
  const rated = riseIn(ratesOf(estate, first.own), wanted)
  return { counters: first.rise, rates: rated === 'unclear' ? null : rated }
}
