import { type DeclaredCircuit, declaredCircuitSchema } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { createBuiltInEstate } from '../simulator/index.ts'

/** Facts from contracts with providers and from routers, by the circuit's name. Azure does not report them. */
const KNOWN: Readonly<Record<string, Partial<DeclaredCircuit>>> = {
  // these addresses are a part of the prefixes that the circuit announces over Microsoft peering
  'erc-london': { natPools: ['198.51.100.192/28'] },
  useasterc1cust1: { secondStag: 78 },
  'erc-johannesburg': {
    classes: [
      { name: 'ef', share: 0.1, mbps: null },
      { name: 'af', share: 0.4, mbps: null },
      { name: 'best_effort', share: 0.5, mbps: null },
    ],
  },
}

/** Returns the circuits that the demo declares for the built-in estate at its first start. */
export function demoCircuits(): DeclaredCircuit[] {
  const { circuits = [], subscriptions } = createBuiltInEstate([])
  return circuits.flatMap(({ name, group }) => {
    const known = KNOWN[name]
    const owner = subscriptions.find(({ groups }) => groups.some((one) => one.name === group))
    if (!known || !owner) return []
    const id = `/subscriptions/${owner.id}/resourceGroups/${group}/providers/Microsoft.Network/expressRouteCircuits/${name}`
    return [declaredCircuitSchema.parse({ circuit: computeShortId(id), ...known })]
  })
}
