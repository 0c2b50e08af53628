import { parsePeeringType, peeringNames, type PeeringType } from '../poll.ts'

/**
 * Returns the type of a circuit's main peering, whose paths count as the paths of the circuit: private peering, because
 * gateways connect to it; otherwise Microsoft peering, otherwise public peering. Null if there is none of these.
 */
export function findMainPeeringType({
  peerings,
}: {
  peerings: readonly { peeringType: string }[]
}): PeeringType | null {
  const types = peerings.map(({ peeringType }) => parsePeeringType(peeringType))
  return peeringNames.map(parsePeeringType).find((type) => types.includes(type)) ?? null
}
