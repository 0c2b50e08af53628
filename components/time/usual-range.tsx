'use client'

import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { USUAL_LENGTH } from './range.ts'

/** What a page's charts show while its address sets no time range. */
interface UsualRange {
  /** a length that ends now, or an ISO 8601 instant from which on they show */
  start: string
  /** ISO 8601; null = now */
  end: string | null
  /** it begins before the open incident of the page's resource */
  isIncident: boolean
}

const usual: UsualRange = { start: USUAL_LENGTH, end: null, isIncident: false }
const Context = createContext(usual)

export const useUsualRange = (): UsualRange => useContext(Context)

/**
 * Sets the default range of the charts within.
 * @param range null = the usual length
 * @param isIncident it begins before an open incident
 */
export function DefaultRange({
  range,
  isIncident = false,
  children,
}: {
  range: { from: string; to: string | null } | null
  isIncident?: boolean
  children: ReactNode
}) {
  const { from = null, to = null } = range ?? {}
  const value = useMemo(() => (from === null ? usual : { start: from, end: to, isIncident }), [from, to, isIncident])
  return <Context value={value}>{children}</Context>
}
