import { listSeparatelyCountedPeerings, type PeeringType } from '#lib/contract/index.ts'
import type { SourceRef } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { NotFoundError } from '#lib/questions/errors.ts'
import { isSameIgnoringCase } from '#lib/questions/sessions/session-facts.ts'
import { selectCircuitPeering, readTopology } from '#lib/questions/topology.ts'

interface CountedPart {
  /** ARM name of the peering if it has its own counters; undefined = the counters of the whole circuit are used */
  name: string | undefined
  /** Reports whether these counters are read from a source */
  isOf: (source: Pick<SourceRef, 'subresource'>) => boolean
}

/**
 * Returns the byte counters that include the traffic of a peering. If the peering has no counters of its own, these are
 * the counters of the whole circuit.
 * @param type undefined = the whole circuit
 * @throws NotFoundError if the circuit has no such peering
 */
export async function resolveCountersOfPeering(
  db: SqlExecutor,
  scope: string,
  type: PeeringType | undefined,
): Promise<CountedPart> {
  const name = type && (await nameOf(db, scope, type))
  return { name, isOf: ({ subresource }) => isSameIgnoringCase(subresource, name ?? '') }
}

async function nameOf(db: SqlExecutor, scope: string, type: PeeringType): Promise<string | undefined> {
  const circuit = (await readTopology(db)).circuits.find(({ resource }) => resource.id === scope)
  const found = circuit && selectCircuitPeering(circuit, type)?.peering
  if (!circuit || !found) throw new NotFoundError(`the circuit has no ${type} peering: send another peering, or none`)
  return listSeparatelyCountedPeerings(circuit.config).some(({ name }) => name === found.name) ? found.name : undefined
}
