import { useQuery } from '@tanstack/react-query'
import { endpointQuery } from '../data/index.ts'

const NONE: readonly string[] = []

/**
 * Names of the customers that the visitor sees: those that the page was sent with, or, where the server did not know them in time, those
 * of the API. A layout is sent once, so that without this the filter would stay away until the page is loaded again.
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
