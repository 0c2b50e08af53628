import type { Signal } from '../../model/signal.ts'
import { type FoldContext, scopeOf } from '../../model/context.ts'
import type { PathsInUse } from '../../model/traffic-state.ts'
import { countedBy } from '../../model/topology.ts'
import { trafficOf } from './traffic/memory.ts'
import { countSuspicions } from './traffic/suspicion.ts'

/** Writes what the counters of a circuit reported into its facts, before anything is judged by them. */
export function applyTraffic(
  context: FoldContext,
  signals: readonly Signal[],
  inUse: Readonly<Record<string, PathsInUse>>,
): void {
  for (const signal of signals) {
    // the first table of all reports no move
    if (signal.type === 'routes' && context.mark.previousOkAt !== null)
      scopeOf(context, context.mark.scope).routesChangedAt = context.mark.finishedAt
    if (signal.type !== 'traffic') continue
    const { scope, subresource } = context.mark
    const circuit = context.topology.circuits.find((one) => one.scope === scope)
    const traffic = trafficOf(context, scope, countedBy(circuit, subresource))
    traffic.fact = signal.fact
    traffic.at = context.mark.finishedAt
  }
  for (const [circuit, paths] of Object.entries(inUse)) {
    const traffic = trafficOf(context, circuit)
    traffic.inUse = paths
    traffic.inUseAt = context.mark.finishedAt
  }
  countSuspicions(context)
}
