'use client'

import { parseAsString } from 'nuqs'
import { createContext, type ReactNode, useContext } from 'react'

/** Parsers of the URL parameters for the page time, see {@link timeParameterNames}. */
export const timeParameterParsers = { at: parseAsString, range: parseAsString, from: parseAsString, to: parseAsString }

/**
 * Parsers of the URL parameters that change when the user selects a time. In addition to the page time, they contain
 * the cursor (position) in a long list. The cursor is removed, because it belongs to the rows of the previous time.
 */
export const timeChangeParsers = { ...timeParameterParsers, cursor: parseAsString }

const RangeSearch = createContext('')
const CustomerSearch = createContext<string | null>(null)
const AsOf = createContext<string | null>(null)
/** Display names of resources by ID, which a snapshot contains; null = the page is not a snapshot. */
export const SnapshotNamesContext = createContext<Readonly<Record<string, string>> | null>(null)

/** Provides the page time and the customer in the page's URL to all components inside. */
export function PageSelectionProvider({
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

/** Returns the customer to which the page is limited; null = all customers. */
export const useCustomer = (): string | null => useContext(CustomerSearch)

/** Returns the past moment that the page shows, ISO 8601; null = now. */
export const useSelectedPastMoment = (): string | null => useContext(AsOf)

/**
 * Returns the page time and the customer as a query string, for example `range=7d`; '' if the user selected neither.
 */
export const useRangeSearch = (): string => useContext(RangeSearch)

/**
 * Reports whether the page is a snapshot. A snapshot has neither commands nor links, and sends no API requests
 * (ADR 0267).
 */
export const useIsSnapshotPage = (): boolean => useContext(SnapshotNamesContext) !== null
