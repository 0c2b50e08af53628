'use client'

import { parseAsString } from 'nuqs'
import { createContext, type ReactNode, useContext } from 'react'

/** Parsers of the parameters for the selected time in a page's address, see {@link clockNames}. */
export const clockParameters = { at: parseAsString, range: parseAsString, from: parseAsString, to: parseAsString }

/**
 * Parsers of the parameters that change together when the user selects a time. They include the cursor of a list, which
 * is reset because it belongs to the previous time.
 */
export const clockSetting = { ...clockParameters, cursor: parseAsString }

const RangeSearch = createContext('')
const CustomerSearch = createContext<string | null>(null)
const AsOf = createContext<string | null>(null)
/** Display names by ID, which a frozen page (a stored snapshot) contains; null = the page is live. */
export const Frozen = createContext<Readonly<Record<string, string>> | null>(null)

/** Provides the parts of a page's address that apply to all its components. */
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

/** Returns the customer in the page's address, by which lists are filtered; null = all. */
export const useCustomer = (): string | null => useContext(CustomerSearch)

/** Returns the past moment that the page shows, ISO 8601; null = now. */
export const useAsOf = (): string | null => useContext(AsOf)

/**
 * Returns the selected time and the customer as a query string, for example `range=7d`; empty if neither is selected.
 */
export const useRangeSearch = (): string => useContext(RangeSearch)

/**
 * Reports whether the page is frozen. A frozen page has neither commands nor links, and does not query the API
 * (ADR 0267).
 */
export const useIsFrozen = (): boolean => useContext(Frozen) !== null
