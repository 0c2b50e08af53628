import type { PollSignal } from '../../model/signal.ts'
import { type DetectionContext, ensureResourceState, hasPollUsableRows } from '../../model/context.ts'
import type { BestPathUseByPath } from '../../model/traffic-state.ts'
import { getPartCountedBySource, getCountedPartOfPeering } from '../../model/topology.ts'
import { ensureTrafficState, findTrafficState } from './traffic/traffic-state.ts'
import { circuitPaths } from '#lib/contract/index.ts'
import { MIN_AGREEING_SAMPLES } from './traffic/path-traffic.ts'

/**
 * Counts, for each path, the polls of ARP and of sessions that confirm a contradiction: the ARP entry is gone while the
 * session is up. A single poll of each may be misleading, because the link may have been cut after the session was
 * polled and before ARP was polled.
 */
function countSuspicions(context: DetectionContext): void {
  for (const circuit of context.topology.circuits) {
    const scope = ensureResourceState(context, circuit.scope)
    for (const peering of circuit.peerings) {
      const part = getCountedPartOfPeering(circuit, peering)
      if (part === null) continue
      for (const path of circuitPaths) {
        const subresource = `${peering.name}/${path}`
        const arp = scope.arp[subresource]
        const isGone = arp !== undefined && !arp.empty && (arp.state === 'incomplete' || arp.state === 'missing')
        const up = Object.values(scope.sessions).some((fact) => fact.subresource === subresource && fact.level === 'up')
        if (!arp || !isGone || !up) {
          const suspicions = findTrafficState(scope, part)?.suspicions
          if (suspicions?.[path]) delete suspicions[path]
          continue
        }
        const traffic = ensureTrafficState(context, circuit.scope, part)
        const known = traffic.suspicions[path]
        const suspicion = known?.since === arp.since.latest ? known : { since: arp.since.latest, arp: 0, summary: 0 }
        traffic.suspicions[path] = suspicion
        const { mark } = context
        const isOwn =
          mark.scope === circuit.scope && mark.subresource === subresource && mark.startedAt >= suspicion.since
        if (isOwn && hasPollUsableRows(mark) && (mark.kind === 'arp' || mark.kind === 'summary'))
          suspicion[mark.kind] = Math.min(MIN_AGREEING_SAMPLES, suspicion[mark.kind] + 1)
      }
    }
  }
}

/** Stores the traffic counters and the paths in use of a circuit in its facts, before the rules evaluate them. */
export function applyTrafficSignals(
  context: DetectionContext,
  signals: readonly PollSignal[],
  inUse: Readonly<Record<string, BestPathUseByPath>>,
): void {
  for (const signal of signals) {
    // The first poll of a route table does not show that routes changed.
    if (signal.type === 'routes' && context.mark.previousOkAt !== null)
      ensureResourceState(context, context.mark.scope).routesChangedAt = context.mark.finishedAt
    if (signal.type !== 'traffic') continue
    const { scope, subresource } = context.mark
    const circuit = context.topology.circuits.find((one) => one.scope === scope)
    const traffic = ensureTrafficState(context, scope, getPartCountedBySource(circuit, subresource))
    traffic.fact = signal.fact
    traffic.at = context.mark.finishedAt
  }
  for (const [circuit, paths] of Object.entries(inUse)) {
    const traffic = ensureTrafficState(context, circuit)
    traffic.inUse = paths
    traffic.inUseAt = context.mark.finishedAt
  }
  countSuspicions(context)
}
