import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { connectionsOfCircuit, type Estate } from './estate.ts'
import { readSessions } from './sessions.ts'

/**
 * Circuits whose MSEEs are freshly seen down by every instance of every gateway connected to them: positive evidence
 * where the circuit's own polls tell nothing. Both paths must be mapped at each gateway, else nothing is claimed.
 */
export async function lostToGateways(
  q: Queryable,
  estate: Estate,
  circuitIds: readonly string[],
  now: EpochMs,
): Promise<Set<string>> {
  const lost = new Set<string>()
  for (const circuitId of circuitIds) {
    const circuit = estate.circuits.find(({ resource }) => resource.id === circuitId)
    if (!circuit) continue
    const gateways = connectionsOfCircuit(estate, circuit.resource.resourceId).map(({ gateway }) => gateway?.id)
    if (gateways.length === 0 || gateways.includes(undefined)) continue
    const verdicts = await Promise.all([...new Set(gateways)].map((id) => isLostTo(q, estate, id, circuitId, now)))
    if (verdicts.every(Boolean)) lost.add(circuitId)
  }
  return lost
}

async function isLostTo(
  q: Queryable,
  estate: Estate,
  gatewayId: string | undefined,
  circuitId: string,
  now: EpochMs,
): Promise<boolean> {
  const { sessions } = await readSessions(q, gatewayId, { at: null, now }, estate)
  const own = sessions.filter(({ mapping }) => mapping?.circuitId === circuitId && mapping.confidence !== 'unknown')
  const paths = new Set(own.map(({ mapping }) => mapping?.path))
  return paths.size === 2 && own.every(({ verdict, known }) => verdict === 'down' && known === 'observed')
}
