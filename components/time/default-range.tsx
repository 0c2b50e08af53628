import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { DEFAULT_RANGE_LENGTH } from './time-range.ts'

/** Default time range of a page's charts. It applies while the page's URL contains no time range. */
interface UsualRange {
  /** start of the range: a length that ends now, or ISO 8601 */
  start: string
  /** end of the range, ISO 8601; null = now */
  end: string | null
  /** whether the range was chosen to show the open incident of the page's resource */
  isIncident: boolean
}

const usual: UsualRange = { start: DEFAULT_RANGE_LENGTH, end: null, isIncident: false }
const Context = createContext(usual)
const PageContext = createContext<{ page: UsualRange; setPage: (range: UsualRange) => void }>({
  page: usual,
  setPage: () => {},
})

export const useDefaultRange = (): UsualRange => useContext(Context)

/** Returns the default range of the page, for components outside the page such as the clock in the top bar. */
export const usePageDefaultRange = (): UsualRange => useContext(PageContext).page

/**
 * Makes the default range that a page sets with {@link DefaultRangeProvider} available to components outside the page.
 */
export function PageDefaultRangeProvider({ children }: { children: ReactNode }) {
  const [page, setPage] = useState(usual)
  const value = useMemo(() => ({ page, setPage }), [page])
  return <PageContext value={value}>{children}</PageContext>
}

/**
 * Sets the default time range of the charts inside.
 * @param range null = {@link DEFAULT_RANGE_LENGTH}
 * @param isIncident whether the range was chosen to show an open incident
 */
export function DefaultRangeProvider({
  range,
  isIncident = false,
  children,
}: {
  range: { from: string; to: string | null } | null
  isIncident?: boolean
  children: ReactNode
}) {
  const { from = null, to = null } = range ?? {}
  const { setPage } = useContext(PageContext)
  const value = useMemo(() => (from === null ? usual : { start: from, end: to, isIncident }), [from, to, isIncident])
  useEffect(() => {
    setPage(value)
    return () => setPage(usual)
  }, [setPage, value])
  return <Context value={value}>{children}</Context>
}
