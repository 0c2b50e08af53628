import { type CircuitPath, parsePeeringType, type PeeringType } from '../poll.ts'

/**
 * Returns the name of a circuit's path for tables: `primary path`, `primary path, Microsoft peering`; '' = no path.
 * Private peering is the default and is not mentioned.
 */
export function formatCircuitPathName(peering: PeeringType | null, path: CircuitPath | null): string {
  if (path === null) return ''
  return peering === 'microsoft' ? `${path} path, Microsoft peering` : `${path} path`
}

/**
 * Returns the name of a circuit with its path, for example `erc-london primary`, or only the name of a gateway. Tables
 * sort, filter and copy this text.
 */
export const formatPlaceLabels = (place: {
  scopeName: string
  peering: PeeringType | null
  path: CircuitPath | null
}): string => `${place.scopeName} ${formatShortCircuitPathName(place.peering, place.path)}`.trimEnd()

/**
 * Returns the name of a path in the form that follows the name of the circuit: `primary`, `primary, Microsoft`; '' = no
 * path.
 */
export function formatShortCircuitPathName(peering: PeeringType | null, path: CircuitPath | null): string {
  if (path === null) return ''
  return peering === 'microsoft' ? `${path}, Microsoft` : path
}

/**
 * Returns a peering as part of a sentence: `Microsoft peering`, `private peering`.
 * @param name ARM's name of the peering; an unknown name is returned unchanged
 */
export function formatPeeringNames(name: string): string {
  const kind = parsePeeringType(name)
  return kind === null ? name : formatPeeringType(kind)
}

/** Returns a peering as part of a sentence: `Microsoft peering`, `private peering`; null = `one peering`. */
export const formatPeeringType = (type: string | null): string =>
  `${type === 'microsoft' ? 'Microsoft' : (type ?? 'one')} peering`
