import type { Circuit } from '#lib/circuits/api/index.ts'
import type { Incident } from '#lib/incidents/api/index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'
import { formatSessionSubject } from '#lib/contract/vocabulary.ts'

/**
 * Returns the circuit that a ticket about an incident concerns. It is the circuit of the incident or of its session, or
 * the only circuit that is connected to its gateway. Returns null if several circuits are possible or none is known.
 * @param sessions sessions of the incident's circuit or gateway
 */
export function findAffectedCircuit(
  { scope, root }: Pick<Incident, 'scope' | 'root'>,
  circuits: readonly Circuit[],
  sessions: readonly BgpSession[],
): Circuit | null {
  const byId = (id: string | undefined) => circuits.find((circuit) => circuit.id === id)
  const session = sessions.find((one) => formatSessionSubject(one) === root?.subject)
  const connected = circuits.filter(({ connections }) => connections.some(({ gatewayId }) => gatewayId === scope))
  return byId(scope) ?? byId(session?.mapping?.circuitId) ?? (connected.length === 1 ? (connected[0] ?? null) : null)
}
