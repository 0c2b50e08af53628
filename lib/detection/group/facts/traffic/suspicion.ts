import { circuitPaths } from '#lib/contract/index.ts'
import { type FoldContext, isGood, scopeOf } from '../../../model/context.ts'
import { partOf } from '../../../model/topology.ts'
import { knownTraffic, trafficOf } from './memory.ts'
import { AGREEING } from './path-traffic.ts'

/**
 * Counts the samples that agree with an ARP entry that is gone while the session is up. One sample may just be older than the
 * other: when a link is cut, ARP can be read after it and the session before.
 */
export function countSuspicions(context: FoldContext): void {
  for (const circuit of context.topology.circuits) {
    const scope = scopeOf(context, circuit.scope)
    for (const peering of circuit.peerings) {
      const part = partOf(circuit, peering)
      if (part === null) continue
      for (const path of circuitPaths) {
        const subresource = `${peering.name}/${path}`
        const arp = scope.arp[subresource]
        const isGone = arp !== undefined && !arp.empty && (arp.state === 'incomplete' || arp.state === 'missing')
        const up = Object.values(scope.sessions).some((fact) => fact.subresource === subresource && fact.level === 'up')
        if (!arp || !isGone || !up) {
          const suspicions = knownTraffic(scope, part)?.suspicions
          if (suspicions?.[path]) delete suspicions[path]
          continue
        }
        const traffic = trafficOf(context, circuit.scope, part)
        const known = traffic.suspicions[path]
        const suspicion = known?.since === arp.since.latest ? known : { since: arp.since.latest, arp: 0, summary: 0 }
        traffic.suspicions[path] = suspicion
        const { mark } = context
        const isOwn =
          mark.scope === circuit.scope && mark.subresource === subresource && mark.startedAt >= suspicion.since
        if (isOwn && isGood(mark) && (mark.kind === 'arp' || mark.kind === 'summary'))
          suspicion[mark.kind] = Math.min(AGREEING, suspicion[mark.kind] + 1)
      }
    }
  }
}
