import { getShownPathRates } from '#lib/circuits/api/carried-rates.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { formatConnectedGateways } from '#lib/contract/words/connected-gateways.ts'
import { getCircuitStatus, omitLastKnownTime } from '../ui/status-text.ts'
import { formatPathTraffic } from './path-summary.tsx'

/**
 * Describes the paths that can currently carry the traffic of a circuit. These are the circuit's own paths that are up.
 * If none of them is up, they are the other circuits that are connected to the same gateways.
 * @param circuits all known circuits
 */
export function formatBackupPath(circuit: Circuit, circuits: readonly Circuit[]): string {
  const up = circuit.paths.filter(({ state }) => state === 'up')
  if (up.length === circuit.paths.length && up.length > 1) return 'Both paths up.'
  const [left] = up
  if (left)
    return `${left.path === 'primary' ? 'Primary' : 'Secondary'} path up (${formatPathTraffic(getShownPathRates(left, circuit))}).`
  const gateways = new Set(formatConnectedGateways(circuit))
  const others = circuits.filter(
    ({ id, connections }) =>
      id !== circuit.id && connections.some(({ gatewayId }) => gatewayId !== null && gateways.has(gatewayId)),
  )
  const none =
    circuit.unconfirmedSince !== null
      ? 'No path of this circuit was up when it was last polled'
      : circuit.paths.some(({ state }) => state === 'unknown')
        ? 'No path of this circuit is confirmed up'
        : 'No path of this circuit is up'
  if (others.length === 0) return `${none}, and its gateways have no other circuit.`
  const named = others
    .map((circuit) => `${circuit.name} (${omitLastKnownTime(getCircuitStatus(circuit)).word})`)
    .join(', ')
  const isSure = others.some(({ atLeastPaths }) => atLeastPaths > 0)
  return `${none}; its gateways are also connected to ${named}${isSure ? '' : ', with no path confirmed up'}.`
}
