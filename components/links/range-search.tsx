'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { createContext, type ReactNode, useContext } from 'react'

/** Time range parameters of a page's address: `range` for a length that ends now, `from` and `to` for absolute times. */
export const rangeParameters = { range: parseAsString, from: parseAsString, to: parseAsString }

const RangeSearch = createContext('')

/** Reads the time range from the page's address once for all links. */
export function RangeSearchProvider({ children }: { children: ReactNode }) {
  const [address] = useQueryStates(rangeParameters)
  const search = new URLSearchParams(Object.entries(address).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  return <RangeSearch value={search.toString()}>{children}</RangeSearch>
}

/** The time range as a query, `range=7d`; empty if none is chosen. */
export const useRangeSearch = (): string => useContext(RangeSearch)
