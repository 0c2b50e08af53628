'use client'

import { parseAsString, useQueryStates } from 'nuqs'
import { createContext, type ReactNode, useContext } from 'react'

/** How a page's address names a interval of time: `range` for a length that ends now, `from` and `to` for moments. */
export const rangeParameters = { range: parseAsString, from: parseAsString, to: parseAsString }

const RangeSearch = createContext('')

/** Reads the chosen interval of time from the page's address once, for all of its links. */
export function RangeSearchProvider({ children }: { children: ReactNode }) {
  const [address] = useQueryStates(rangeParameters)
  const search = new URLSearchParams(Object.entries(address).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  return <RangeSearch value={search.toString()}>{children}</RangeSearch>
}

/** The chosen interval of time as a search, `range=7d`; empty while none is. */
export const useRangeSearch = (): string => useContext(RangeSearch)
