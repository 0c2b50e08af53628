'use client'

import Link from 'next/link'
import type { ComponentProps } from 'react'
import { useRangeSearch } from './range-search.tsx'
import { withRange } from './with-range.ts'

/**
 * A link between pages. Its address carries the chosen time range, so that it shows the same wherever it
 * is opened; an address with its own time keeps it.
 *
 * Without prefetching: each page is rendered on request, so a prefetched one would be requested again, and the overview
 * alone would send 31 requests before anything is clicked.
 */
export function PageLink({ href, ...rest }: Omit<ComponentProps<typeof Link>, 'href'> & { href: string }) {
  return <Link href={withRange(href, useRangeSearch())} prefetch={false} {...rest} />
}
