import type { CircuitPath, PeeringType } from '../poll.ts'

/** A path of a circuit as tables name it: `primary path`, `primary path, Microsoft peering`; '' = no path. Private peering goes without saying. */
export function pathWords(peering: PeeringType | null, path: CircuitPath | null): string {
  if (path === null) return ''
  return peering === 'microsoft' ? `${path} path, Microsoft peering` : `${path} path`
}
