'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { createContext, type ReactNode, useContext } from 'react'

/** Time range parameters of a page's address: `range` for a length that ends now, `from` and `to` for absolute times. */
export const rangeParameters = { range: parseAsString, from: parseAsString, to: parseAsString }

const RangeSearch = createContext('')
const CustomerSearch = createContext<string | null>(null)

/** Reads what every link carries from the page's address once: the time range and the customer. */
export function RangeSearchProvider({ children }: { children: ReactNode }) {
  const [address] = useQueryStates({ ...rangeParameters, customer: parseAsString })
  const search = new URLSearchParams(Object.entries(address).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  return (
    <RangeSearch value={search.toString()}>
      <CustomerSearch value={address.customer}>{children}</CustomerSearch>
    </RangeSearch>
  )
}

/** The customer in the page's address, by whom lists are filtered; null = all. */
export const useCustomer = (): string | null => useContext(CustomerSearch)

/** The time range and the customer as a query, `range=7d`; empty if none is chosen. */
export const useRangeSearch = (): string => useContext(RangeSearch)
