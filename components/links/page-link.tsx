'use client'

import { useRouter } from 'next/navigation'
import type { ComponentProps, MouseEvent } from 'react'
import { useIsFrozen, useRangeSearch } from './range-search.tsx'
import { withRange } from './with-range.ts'

/**
 * A link between pages. Its address carries the chosen time range, so that it shows the same wherever it
 * is opened; an address with its own time keeps it.
 *
 * Nothing is prefetched: each page is rendered on request, so a prefetched one would be requested again, and the overview
 * alone would send 31 requests before anything is clicked. What Next's own link has beside that is 3 kB of every page's scripts. On a
 * frozen page it is its words.
 */
export function PageLink({ href, onClick, children, ...rest }: ComponentProps<'a'> & { href: string }) {
  const chosen = useRangeSearch()
  const router = useRouter()
  if (useIsFrozen()) {
    const { className, style, title } = rest
    const words = className?.replaceAll(/(?<!\S)(link|underline)(?!\S)/g, '')
    return (
      <span className={words} style={style} title={title}>
        {children}
      </span>
    )
  }
  const address = withRange(href, chosen)
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (event.defaultPrevented || isLeftToBrowser(event)) return
    event.preventDefault()
    router.push(address)
  }
  return (
    <a href={address} onClick={follow} {...rest}>
      {children}
    </a>
  )
}

/** Into another tab or window, a file, or elsewhere. */
const isLeftToBrowser = ({ currentTarget: link, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent<HTMLAnchorElement>) =>
  metaKey ||
  ctrlKey ||
  shiftKey ||
  altKey ||
  ![null, '', '_self'].includes(link.getAttribute('target')) ||
  link.hasAttribute('download') ||
  new URL(link.getAttribute('href') ?? '', location.href).origin !== location.origin
