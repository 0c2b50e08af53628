import { useQuery } from '@tanstack/react-query'
import { createEndpointQuery } from '../data/index.ts'

const NONE: readonly string[] = []

/**
 * Returns the names of the customers that the user may see. The server normally sends the names with the frame around
 * the page. If it could not read them in time, `sent` is null and the names are requested from the API. Without this
 * request, the customer filter would be missing until the page is reloaded, because the server sends the frame only
 * once.
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
