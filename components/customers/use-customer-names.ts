import { useQuery } from '@tanstack/react-query'
import { endpointQuery } from '../data/index.ts'

const NONE: readonly string[] = []

/**
 * Returns the names of the customers that the visitor may see. It queries the API only if the server did not have the
 * names in time (`sent` is null), because a layout is sent once and the filter would otherwise be missing until the
 * page is reloaded.
 */
export function useCustomerNames(sent: readonly string[] | null): readonly string[] {
  const { data } = useQuery({
    ...endpointQuery('customers'),
    enabled: sent === null,
    refetchInterval: false,
    select: ({ data: rows }) => rows.flatMap(({ name }) => name ?? []),
  })
  return sent ?? data ?? NONE
}
