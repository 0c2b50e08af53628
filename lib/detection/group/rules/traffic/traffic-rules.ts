import { circuitPaths } from '#lib/contract/index.ts'
import { trafficDirections } from '../../../model/traffic-baseline.ts'
import { judgedPeering } from '../../facts/circuit-facts.ts'
import { type FoldContext, scopeOf } from '../../../model/context.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { type CircuitNode, partOf, type PeeringNode } from '../../../model/topology.ts'
import { greenButDead } from './green-but-dead.ts'
import { intentByBytes } from './intent-by-bytes.ts'
import { bandwidthHigh, capacityRisk } from './load.ts'
import { lowEverywhere } from './low-everywhere.ts'
import { oneWayTraffic } from './unidirectional.ts'
import { knownTraffic } from '../../facts/traffic/memory.ts'
import { AGREEING, isExpected, isReportedDead, meterOf } from '../../facts/traffic/path-traffic.ts'
import { noteProofs } from './proof.ts'
import { asymmetricCircuits, asymmetricForwarding, trafficShift } from './shares.ts'

/** What the bytes report every circuit (docs/rules/detection.md 3.4, 3.5). */
export function trafficRules(context: FoldContext): LiveEvent[] {
  const own = context.topology.circuits.flatMap((circuit) =>
    circuit.peerings.flatMap((peering) => {
      const part = partOf(circuit, peering)
      if (part === null) return []
      const view = judgedPeering(context, circuit, peering)
      const judged = [...greenButDead(context, circuit, peering, view), oneWayTraffic(context, circuit, peering, view)]
      // how full a path is, and which of two takes the traffic, is asked of the peering that gateways connect to
      if (part !== 'own') return judged
      return [
        ...judged,
        ...circuitPaths.map((path) => bandwidthHigh(context, circuit, peering, path)),
        capacityRisk(context, circuit, peering),
        asymmetricForwarding(context, circuit, peering),
        trafficShift(context, circuit, peering),
      ]
    }),
  )
  const group = [...lowEverywhere(context), ...asymmetricCircuits(context), ...intentByBytes(context)]
  noteProofs(context)
  for (const circuit of context.topology.circuits) noteWaiting(context, circuit)
  return [...own, ...group].flatMap((live) => live ?? [])
}

/** Whether the next polls must be folded although they show nothing new: what stands still may yet be no fault, or one. */
function noteWaiting(context: FoldContext, circuit: CircuitNode): void {
  for (const peering of circuit.peerings) {
    const part = partOf(circuit, peering)
    const traffic = part && knownTraffic(scopeOf(context, circuit.scope), part)
    if (!traffic) continue
    const suspicious = Object.values(traffic.suspicions).some(
      ({ arp, summary }) => arp < AGREEING || summary < AGREEING,
    )
    traffic.waits = suspicious || circuitPaths.some((path) => isUndecided(context, circuit, peering, path))
  }
}

function isUndecided(
  context: FoldContext,
  circuit: CircuitNode,
  peering: PeeringNode,
  path: 'primary' | 'secondary',
): boolean {
  const part = partOf(circuit, peering)
  const fact = part && meterOf(context, circuit, path, part)
  if (!fact) return false
  const still = trafficDirections.filter((direction) => fact[direction].isFlat && isExpected(context, fact, direction))
  return still.length > 0 && !isReportedDead(context, circuit, peering, path)
}
