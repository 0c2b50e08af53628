'use client'

import { parseAsString } from 'nuqs'
import { createContext, type ReactNode, useContext } from 'react'

/** The clock's parameters in a page's address, see {@link clockNames}. */
export const clockParameters = { at: parseAsString, range: parseAsString, from: parseAsString, to: parseAsString }

/** What is set with the clock: a later page of a list is one of the former time. */
export const clockSetting = { ...clockParameters, cursor: parseAsString }

const RangeSearch = createContext('')
const CustomerSearch = createContext<string | null>(null)
const AsOf = createContext<string | null>(null)
/** Names by id that a frozen page keeps; null = the page is live. */
export const Frozen = createContext<Readonly<Record<string, string>> | null>(null)

/** What a page's address says to all that stands on it. */
export function PageSearch({
  search,
  customer,
  asOf,
  children,
}: {
  search: string
  customer: string | null
  asOf: string | null
  children: ReactNode
}) {
  return (
    <RangeSearch value={search}>
      <CustomerSearch value={customer}>
        <AsOf value={asOf}>{children}</AsOf>
      </CustomerSearch>
    </RangeSearch>
  )
}

/** The customer in the page's address, by whom lists are filtered; null = all. */
export const useCustomer = (): string | null => useContext(CustomerSearch)

/** The moment in the past that this page's answers are as of, ISO 8601; null = now. */
export const useAsOf = (): string | null => useContext(AsOf)

/** The clock and the customer as a query, `range=7d`; empty if none is chosen. */
export const useRangeSearch = (): string => useContext(RangeSearch)

/** Whether the page is frozen: it has neither commands nor links, and asks nothing (ADR 0267). */
export const useIsFrozen = (): boolean => useContext(Frozen) !== null
