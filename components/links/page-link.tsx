'use client'

import Link from 'next/link'
import type { ComponentProps } from 'react'
import { useIsFrozen, useRangeSearch } from './range-search.tsx'
import { withRange } from './with-range.ts'

/**
 * A link between pages. Its address carries the chosen time range, so that it shows the same wherever it
 * is opened; an address with its own time keeps it.
 *
 * Without prefetching: each page is rendered on request, so a prefetched one would be requested again, and the overview
 * alone would send 31 requests before anything is clicked. On a frozen page it is its words.
 */
export function PageLink({ href, ...rest }: Omit<ComponentProps<typeof Link>, 'href'> & { href: string }) {
  const chosen = useRangeSearch()
  if (useIsFrozen()) {
    const { className, style, title, children } = rest
    const words = className?.replaceAll(/(?<!\S)(link|underline)(?!\S)/g, '')
    return (
      <span className={words} style={style} title={title}>
        {children}
      </span>
    )
  }
  return <Link href={withRange(href, chosen)} prefetch={false} {...rest} />
}
