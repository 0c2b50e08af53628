import { parseAsString, useQueryStates } from 'nuqs'
import { useEndpointQuery } from '../data/index.ts'
import { ResourceSelect } from '../ui/scope-select.tsx'

/**
 * Select field for the circuit, gateway or hub to which the page is limited. The choice is stored in the page's URL. A
 * new choice returns the list to its first page.
 */
export function ResourceFilter() {
  const [{ scope }, setAddress] = useQueryStates({ scope: parseAsString, cursor: parseAsString }, { history: 'push' })
  const hubs = useEndpointQuery('hubs').data?.data ?? []
  return (
    <ResourceSelect scope={scope} more={hubs} onChange={(value) => void setAddress({ scope: value, cursor: null })} />
  )
}
