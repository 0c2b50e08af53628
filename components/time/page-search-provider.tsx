import { usePathname } from 'next/navigation'
import { parseAsString, useQueryStates } from 'nuqs'
import type { ReactNode } from 'react'
import { parsePageTime } from '../links/page-time.ts'
import { findPageBehaviorInPast } from '../links/past-pages.ts'
import { timeParameterParsers, PageSelectionProvider } from '../links/page-selection-provider.tsx'
import { MeasuredAtProvider, useRealNow } from '../ui/times/page-clock.tsx'

/**
 * Reads the page time and the customer from the page's URL once, and provides them to all links inside, because every
 * link carries these parameters. Ages inside are measured at the page time, or now if the page shows only the current
 * state.
 * @param page path of the page, if it differs from the URL's path
 */
export function PageSearchProvider({ page, children }: { page?: string; children: ReactNode }) {
  const [address] = useQueryStates({ ...timeParameterParsers, customer: parseAsString })
  const search = new URLSearchParams(Object.entries(address).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  const { at } = parsePageTime(address, useRealNow())
  const here = usePathname()
  const asOf = findPageBehaviorInPast(page ?? here).shows === 'now' ? null : at
  return (
    <PageSelectionProvider search={search.toString()} customer={address.customer} asOf={asOf}>
      <MeasuredAtProvider at={asOf}>{children}</MeasuredAtProvider>
    </PageSelectionProvider>
  )
}
