import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { Session } from '#lib/sessions/api/index.ts'
import { sessionSubject } from '#lib/contract/vocabulary.ts'

/**
 * The circuit of an incident's ticket: the incident's own, that of its session, or the only one that its gateway
 * is connected to. Null if ambiguous.
 * @param sessions of the incident's scope
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
