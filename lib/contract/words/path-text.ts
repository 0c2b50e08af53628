import { type CircuitPath, peeringKind, type PeeringType } from '../poll.ts'

/** A path of a circuit as tables name it: `primary path`, `primary path, Microsoft peering`; '' = no path. Private peering goes without saying. */
export function formatPath(peering: PeeringType | null, path: CircuitPath | null): string {
  if (path === null) return ''
  return peering === 'microsoft' ? `${path} path, Microsoft peering` : `${path} path`
}

/** A circuit and its path, or a gateway, as one text to sort, filter and copy by. */
export const placeLabels = (place: {
  scopeName: string
  peering: PeeringType | null
  path: CircuitPath | null
}): string => `${place.scopeName} ${formatShortPath(place.peering, place.path)}`.trimEnd()

/** The same after the circuit's name in a row: `erc-london primary, Microsoft`. */
export function formatShortPath(peering: PeeringType | null, path: CircuitPath | null): string {
  if (path === null) return ''
  return peering === 'microsoft' ? `${path}, Microsoft` : path
}

/** Returns a peering by its ARM name as part of a sentence: `Microsoft peering`, `private peering`. */
export function formatPeeringNames(name: string): string {
  const kind = peeringKind(name)
  return kind === null ? name : `${kind === 'microsoft' ? 'Microsoft' : kind} peering`
}
