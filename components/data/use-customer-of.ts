import { useQuery } from '@tanstack/react-query'
import { parseAsString, useQueryState } from 'nuqs'
import { useCallback, useMemo } from 'react'
import { endpointQuery } from './endpoint.ts'

/**
 * The customer of a circuit or gateway, asked for while a list is divided by customer.
 * @param table its name
 * @returns null = nobody's, or not known yet
 */
export function useCustomerOf(table: string): (id: string) => string | null {
  const [group] = useQueryState(`${table}.group`, parseAsString)
  const { data } = useQuery({ ...endpointQuery('customers'), enabled: group === 'customer' })
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
