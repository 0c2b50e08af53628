'use client'

import Link from 'next/link'
import type { ComponentProps } from 'react'
import { useRangeSearch } from './range-search.tsx'
import { withRange } from './with-range.ts'

/**
 * The link between screens. Its address holds the interval of time that was chosen on this page, so that it shows the same wherever it
 * is opened; one that names a time of its own keeps that.
 *
 * Nothing is fetched ahead: each page is drawn anew when it is asked for, so what came ahead would be asked for again, and the overview
 * alone would ask the server 31 times before anybody has pressed anything.
 */
export function PageLink({ href, ...rest }: Omit<ComponentProps<typeof Link>, 'href'> & { href: string }) {
  return <Link href={withRange(href, useRangeSearch())} prefetch={false} {...rest} />
}
