import { useEndpointQuery } from '../data/index.ts'

interface NamedResource {
  id: string
  name: string
}

/** Circuits and gateways for the select fields of forms, with functions that convert ids to names. */
export interface ResourceNames {
  circuits: NamedResource[]
  gateways: NamedResource[]
  /**
   * Returns the name of a resource. While the names are loading, it returns the id itself. The name of a removed
   * resource contains a note about this.
   */
  nameOf: (id: string) => string
  /** returns the name that belongs to an id, or the text itself if it is not an id */
  labelOf: (word: string) => string
}

export function useResources(): ResourceNames {
  const circuitList = useEndpointQuery('circuits').data
  const gatewayList = useEndpointQuery('gateways').data
  const isComplete = circuitList !== undefined && gatewayList !== undefined
  const circuits = circuitList?.data ?? []
  const gateways = gatewayList?.data ?? []
  const subscriptions = useEndpointQuery('customers').data?.data.flatMap((customer) => customer.subscriptions) ?? []
  const names = new Map([...circuits, ...gateways, ...subscriptions].map(({ id, name }) => [id, name ?? id]))
  return {
    circuits,
    gateways,
    nameOf: (id) => names.get(id) ?? (isComplete ? `${id} (gone)` : id),
    labelOf: (word) => names.get(word) ?? word,
  }
}
