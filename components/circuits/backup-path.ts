import type { Circuit } from '#lib/contract/index.ts'
import { redundancyStatus } from '../ui/words.ts'
import { trafficWords } from './path-brief.tsx'

/**
 * Whether traffic of a circuit in trouble has somewhere else to go: its other path first, then other circuits of its gateways.
 * @param circuits all that are known
 */
export function backupPathText(circuit: Circuit, circuits: readonly Circuit[]): string {
  const up = circuit.paths.filter(({ state }) => state === 'up')
  if (up.length === circuit.paths.length && up.length > 1) return 'Yes: both paths are up.'
  const [left] = up
  if (left) return `Yes: the ${left.path} path is up (${trafficWords(left)}).`
  const gateways = new Set(circuit.connections.flatMap(({ gatewayId }) => gatewayId ?? []))
  const others = circuits.filter(
    ({ id, connections }) =>
      id !== circuit.id && connections.some(({ gatewayId }) => gatewayId !== null && gateways.has(gatewayId)),
  )
  const none = circuit.paths.some(({ state }) => state === 'unknown')
    ? 'No path of this circuit is known to be up'
    : 'No path of this circuit is up'
  if (others.length === 0) return `No: ${none.toLowerCase()}, and its gateways are connected to no other circuit.`
  const named = others.map(({ name, redundancy }) => `${name} (${redundancyStatus(redundancy).word})`).join(', ')
  const isSure = others.some(({ atLeastPaths }) => atLeastPaths > 0)
  return `${none}; its gateways are also connected to ${named}${isSure ? '' : ', of which no path is known to be up'}.`
}
