'use client'

import { usePathname } from 'next/navigation'
import { parseAsString, useQueryStates } from 'nuqs'
import type { ReactNode } from 'react'
import { readClock } from '../links/clock.ts'
import { pastOf } from '../links/past-pages.ts'
import { clockParameters, PageSearch } from '../links/range-search.tsx'
import { MeasuredAt, useRealNow } from '../ui/times/clock.tsx'

/** Reads what every link carries from the page's address once: the clock and the customer. Ages inside are measured at the clock's moment. */
export function PageSearchProvider({ children }: { children: ReactNode }) {
  const [address] = useQueryStates({ ...clockParameters, customer: parseAsString })
  const search = new URLSearchParams(Object.entries(address).flatMap(([name, value]) => (value ? [[name, value]] : [])))
  const { at } = readClock(address, useRealNow())
  const asOf = pastOf(usePathname()).shows === 'now' ? null : at
  return (
    <PageSearch search={search.toString()} customer={address.customer} asOf={asOf}>
      <MeasuredAt at={asOf}>{children}</MeasuredAt>
    </PageSearch>
  )
}
