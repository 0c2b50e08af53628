import type { EpochMs } from '#lib/contract/index.ts'
import type { StoredSession } from '#lib/sessions/api/index.ts'
import type { ResourceView } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { listCircuitConnections, type EstateTopology } from '#lib/questions/index.ts'
import { readBgpSessionsWithVerdicts } from '#lib/sessions/answers/index.ts'

/**
 * Maximum number of gateways for which one query per gateway reads the sessions. For more gateways, a single query
 * reads the sessions of all gateways.
 */
const FEW = 3

/**
 * Returns the circuits whose sessions are down on every instance of every connected gateway. This proves that a circuit
 * is down even if the polls of the circuit itself return no data. A circuit is included only if each of its gateways
 * has sessions over both paths.
 * @param known sessions of all gateways, if the caller has already read them
 * @returns short IDs of the circuits
 */
export async function findCircuitsDownAtAllGateways(
  q: SqlExecutor,
  estate: EstateTopology,
  circuits: readonly ResourceView[],
  now: EpochMs,
  known?: readonly StoredSession[],
): Promise<Set<string>> {
  const connected = circuits.map(({ id, resourceId }) => ({ id, gateways: gatewaysOf(estate, resourceId) }))
  const gateways = [...new Set(connected.flatMap((circuit) => circuit.gateways ?? []))]
  if (gateways.length === 0) return new Set()
  const sessions = Map.groupBy(known ?? (await sessionsOf(q, estate, gateways, now)), ({ scope }) => scope)
  const lost = connected.filter(
    (circuit) => circuit.gateways?.every((gateway) => isLostTo(sessions.get(gateway) ?? [], circuit.id)) === true,
  )
  return new Set(lost.map(({ id }) => id))
}

/**
 * Returns the IDs of the gateways to which a circuit is connected. Null if the circuit has no connection, or if one of
 * the connected gateways is not known.
 */
function gatewaysOf(estate: EstateTopology, circuitResourceId: string): string[] | null {
  const ids = listCircuitConnections(estate, circuitResourceId).map(({ gateway }) => gateway?.id ?? null)
  const watched = ids.filter((id) => id !== null)
  return watched.length > 0 && watched.length === ids.length ? [...new Set(watched)] : null
}

async function sessionsOf(
  q: SqlExecutor,
  estate: EstateTopology,
  gateways: string[],
  now: EpochMs,
): Promise<StoredSession[]> {
  const scopes = gateways.length > FEW ? [undefined] : gateways
  const read = await Promise.all(scopes.map((scope) => readBgpSessionsWithVerdicts(q, scope, now, { estate })))
  return read.flatMap(({ sessions }) => sessions)
}

function isLostTo(sessions: readonly StoredSession[], circuitId: string): boolean {
  const own = sessions.filter(({ mapping }) => mapping?.circuitId === circuitId && mapping.confidence !== 'unknown')
  const paths = new Set(own.map(({ mapping }) => mapping?.path))
  return paths.size === 2 && own.every(({ verdict, known }) => verdict === 'down' && known === 'observed')
}
