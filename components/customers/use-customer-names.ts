import { useQuery } from '@tanstack/react-query'
import { createEndpointQuery } from '../data/index.ts'

const NONE: readonly string[] = []

/**
 * Returns the names of the customers that the user may see. The server normally sends them with the layout. If it did
 * not have them in time (`sent` is null), the API is queried. Without this query, the customer filter would be missing
 * until the page is reloaded, because the layout is sent only once.
 */
export function useCustomerNames(sent: readonly string[] | null): readonly string[] {
  const { data } = useQuery({
    ...createEndpointQuery('customers'),
    enabled: sent === null,
    refetchInterval: false,
    select: ({ data: rows }) => rows.flatMap(({ name }) => name ?? []),
  })
  return sent ?? data ?? NONE
}
