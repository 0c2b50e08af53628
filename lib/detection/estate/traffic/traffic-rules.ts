import { circuitPaths } from '#lib/contract/index.ts'
import type { Signal } from '../../fold/signal.ts'
import { trafficDirections } from '../../fold/index.ts'
import { peeringView } from '../circuit-facts.ts'
import { type Estate, scopeOf } from '../estate.ts'
import type { LiveEvent } from '../state.ts'
import type { CircuitNode } from '../topology.ts'
import { greenButDead } from './green-but-dead.ts'
import { bandwidthHigh, capacityRisk } from './load.ts'
import { lowEverywhere } from './low-everywhere.ts'
import { type PathsInUse, trafficOf } from './memory.ts'
import { oneWayTraffic } from './one-way.ts'
import { AGREEING, isExpected, isMetered, isToldDead, meterOf } from './path-traffic.ts'
import { noteProofs } from './proof.ts'
import { asymmetricCircuits, asymmetricForwarding, trafficShift } from './shares.ts'
import { countSuspicions } from './suspicion.ts'

/** Writes what the counters of a circuit told into its facts, before anything is judged by them. */
export function takeTraffic(
  estate: Estate,
  signals: readonly Signal[],
  inUse: Readonly<Record<string, PathsInUse>>,
): void {
  for (const signal of signals) {
    // the first table of all tells of no move
    if (signal.type === 'routes' && estate.mark.previousOkAt !== null)
      scopeOf(estate, estate.mark.scope).routesMovedAt = estate.mark.finishedAt
    if (signal.type !== 'traffic') continue
    const traffic = trafficOf(estate, estate.mark.scope)
    traffic.fact = signal.fact
    traffic.at = estate.mark.finishedAt
  }
  for (const [circuit, paths] of Object.entries(inUse)) {
    const traffic = trafficOf(estate, circuit)
    traffic.inUse = paths
    traffic.inUseAt = estate.mark.finishedAt
  }
  countSuspicions(estate)
}

/** What the bytes tell of every circuit (detection.md 3.4, 3.5). */
export function trafficRules(estate: Estate): LiveEvent[] {
  const own = estate.topology.circuits.flatMap((circuit) =>
    circuit.peerings
      .filter((peering) => isMetered(circuit, peering))
      .flatMap((peering) => {
        const view = peeringView(estate, circuit, peering)
        return [
          ...greenButDead(estate, circuit, peering, view),
          oneWayTraffic(estate, circuit, peering, view),
          ...circuitPaths.map((path) => bandwidthHigh(estate, circuit, peering, path)),
          capacityRisk(estate, circuit, peering),
          asymmetricForwarding(estate, circuit, peering),
          trafficShift(estate, circuit, peering),
        ]
      }),
  )
  const group = [lowEverywhere(estate), ...asymmetricCircuits(estate)]
  noteProofs(estate)
  for (const circuit of estate.topology.circuits) noteWaiting(estate, circuit)
  return [...own, ...group].flatMap((live) => live ?? [])
}

/** Whether the next polls must be folded although they tell nothing new: what stands still may yet be no fault, or one. */
function noteWaiting(estate: Estate, circuit: CircuitNode): void {
  const { traffic } = scopeOf(estate, circuit.scope)
  if (!traffic) return
  const suspicious = Object.values(traffic.suspicions).some(({ arp, summary }) => arp < AGREEING || summary < AGREEING)
  traffic.waits = suspicious || circuitPaths.some((path) => isUndecided(estate, circuit, path))
}

function isUndecided(estate: Estate, circuit: CircuitNode, path: 'primary' | 'secondary'): boolean {
  const fact = meterOf(estate, circuit.scope, path)
  if (!fact) return false
  const still = trafficDirections.filter((direction) => fact[direction].isFlat && isExpected(estate, fact, direction))
  return still.length > 0 && !isToldDead(estate, circuit, path)
}
