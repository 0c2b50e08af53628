import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { sessionSubject } from '#lib/contract/vocabulary.ts'

/**
 * Returns the circuit for an incident's ticket: the circuit of the incident, of its session, or the only circuit
 * connected to its gateway. Null if ambiguous.
 * @param sessions sessions of the incident's scope
 */
export function affectedCircuit(
  { scope, root }: Pick<Incident, 'scope' | 'root'>,
  circuits: readonly Circuit[],
  sessions: readonly Session[],
): Circuit | null {
  const byId = (id: string | undefined) => circuits.find((circuit) => circuit.id === id)
  const session = sessions.find((one) => sessionSubject(one) === root?.subject)
  const connected = circuits.filter(({ connections }) => connections.some(({ gatewayId }) => gatewayId === scope))
  return byId(scope) ?? byId(session?.mapping?.circuitId) ?? (connected.length === 1 ? (connected[0] ?? null) : null)
}
