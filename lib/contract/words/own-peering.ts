import { peeringKind, peeringNames, type PeeringType } from '../poll.ts'

/** The peering whose paths are the circuit's own: the private one, which gateways connect to, where there is one. */
export function ownPeering({ peerings }: { peerings: readonly { peeringType: string }[] }): PeeringType | null {
  const types = peerings.map(({ peeringType }) => peeringKind(peeringType))
  return peeringNames.map(peeringKind).find((type) => types.includes(type)) ?? null
}
