import type { Circuit } from '#lib/circuits/api/index.ts'

/** Circuits in whose name, peering location, provider, or a gateway's name each of the words is found; all without words. */
export function circuitsNamed(circuits: readonly Circuit[], search: string): Circuit[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return circuits.filter(({ name, peeringLocation, provider, connections }) => {
    const text = [name, peeringLocation, provider, ...connections.map(({ gatewayName }) => gatewayName)]
      .join(' ')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
