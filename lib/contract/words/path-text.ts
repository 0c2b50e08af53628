import { type CircuitPath, peeringKind, type PeeringType } from '../poll.ts'

/**
 * Returns the name of a circuit's path for tables: `primary path`, `primary path, Microsoft peering`; '' = no path.
 * Private peering is the default and is not mentioned.
 */
export function formatPath(peering: PeeringType | null, path: CircuitPath | null): string {
  if (path === null) return ''
  return peering === 'microsoft' ? `${path} path, Microsoft peering` : `${path} path`
}

/** Returns a circuit with its path, or a gateway, as one text for sorting, filtering and copying. */
export const placeLabels = (place: {
  scopeName: string
  peering: PeeringType | null
  path: CircuitPath | null
}): string => `${place.scopeName} ${formatShortPath(place.peering, place.path)}`.trimEnd()

/** Returns the name of a path to be shown after the circuit's name: `erc-london primary, Microsoft`. */
export function formatShortPath(peering: PeeringType | null, path: CircuitPath | null): string {
  if (path === null) return ''
  return peering === 'microsoft' ? `${path}, Microsoft` : path
}

/** Returns a peering by its ARM name as part of a sentence: `Microsoft peering`, `private peering`. */
export function formatPeeringNames(name: string): string {
  const kind = peeringKind(name)
  return kind === null ? name : `${kind === 'microsoft' ? 'Microsoft' : kind} peering`
}
