import { useQuery } from '@tanstack/react-query'
import { parseAsString, useQueryState } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { createEndpointQuery } from './endpoint.ts'

/**
 * Returns a function that returns the customer of a circuit or gateway. Customers are loaded only while the table is
 * grouped by customer.
 * @param table name of the `DataTable` whose grouping is checked
 * @returns a function whose result is null if the resource has no customer, or customers are not loaded
 */
export function useCustomerLookup(table: string): (id: string) => string | null {
  const [group] = useQueryState(`${table}.group`, parseAsString)
  const { data } = useQuery({ ...createEndpointQuery('customers'), enabled: group === 'customer' })
  const names = useMemo(
    () =>
      new Map(
        data?.data.flatMap(({ name, circuits, gateways }) =>
          [...circuits, ...gateways].map(({ id }): [string, string | null] => [id, name]),
        ),
      ),
    [data],
  )
  return useCallback((id: string) => names.get(id) ?? null, [names])
}
