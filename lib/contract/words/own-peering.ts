import { peeringKind, peeringNames, type PeeringType } from '../poll.ts'

/**
 * Returns the type of the main peering, whose paths count as the circuit's paths: private peering if it exists, because
 * gateways connect to it.
 */
export function ownPeering({ peerings }: { peerings: readonly { peeringType: string }[] }): PeeringType | null {
  const types = peerings.map(({ peeringType }) => peeringKind(peeringType))
  return peeringNames.map(peeringKind).find((type) => types.includes(type)) ?? null
}
