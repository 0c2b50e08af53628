import { useEndpoint } from '../data/index.ts'

interface NamedResource {
  id: string
  name: string
}

/** Names of circuits and gateways for declarations. */
export interface ResourceNames {
  circuits: NamedResource[]
  gateways: NamedResource[]
  /** returns the name of a resource; the id itself while the names are loading; a removed resource is marked as gone */
  nameOf: (id: string) => string
  /** returns the name of an id, or the text itself if it is not an id */
  labelOf: (word: string) => string
}

export function useResources(): ResourceNames {
  const circuitList = useEndpoint('circuits').data
  const gatewayList = useEndpoint('gateways').data
  const isComplete = circuitList !== undefined && gatewayList !== undefined
  const circuits = circuitList?.data ?? []
  const gateways = gatewayList?.data ?? []
  const subscriptions = useEndpoint('customers').data?.data.flatMap((customer) => customer.subscriptions) ?? []
  const names = new Map([...circuits, ...gateways, ...subscriptions].map(({ id, name }) => [id, name ?? id]))
  return {
    circuits,
    gateways,
    nameOf: (id) => names.get(id) ?? (isComplete ? `${id} (gone)` : id),
    labelOf: (word) => names.get(word) ?? word,
  }
}
