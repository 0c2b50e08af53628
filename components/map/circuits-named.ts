import type { Circuit } from '#lib/circuits/api/index.ts'
import { matchesFilter } from '../format/natural-order.ts'

/** Circuits in whose name, peering location, provider, or a gateway's name each of the words is found; all without words. */
export const circuitsNamed = (circuits: readonly Circuit[], search: string): Circuit[] =>
  circuits.filter(({ name, peeringLocation, provider, connections }) =>
    matchesFilter([name, peeringLocation, provider, ...connections.map(({ gatewayName }) => gatewayName)], search),
  )
