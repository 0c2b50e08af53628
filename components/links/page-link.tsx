'use client'

import { useRouter } from 'next/navigation'
import type { ComponentProps, MouseEvent } from 'react'
import { useIsSnapshotPage, useRangeSearch } from './page-selection-provider.tsx'
import { addPageSelections } from './page-selection-href.ts'

/**
 * Link to another page of Peerwatch. It adds the page time to the URL, so that the linked page shows the same time,
 * unless the URL already contains a time. In a snapshot, only the text of the link is shown. The link does not prefetch
 * its page: Peerwatch renders a page for each request, so that a prefetched page would be requested again after the
 * click. On the overview, prefetching would send 31 requests before the first click. Next's own link component is not
 * used, because its other features would add 3 kB to the scripts of every page.
 */
export function PageLink({ href, onClick, children, ...rest }: ComponentProps<'a'> & { href: string }) {
  const chosen = useRangeSearch()
  const router = useRouter()
  if (useIsSnapshotPage()) {
    const { className, style, title } = rest
    const words = className?.replaceAll(/(?<!\S)(link|underline)(?!\S)/g, '')
    return (
      <span className={words} style={style} title={title}>
        {children}
      </span>
    )
  }
  const address = addPageSelections(href, chosen)
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

/**
 * Reports whether the browser must handle a click on a link itself, because the click opens another tab or window, a
 * download, or another site.
 */
const isLeftToBrowser = ({ currentTarget: link, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent<HTMLAnchorElement>) =>
  metaKey ||
  ctrlKey ||
  shiftKey ||
  altKey ||
  ![null, '', '_self'].includes(link.getAttribute('target')) ||
  link.hasAttribute('download') ||
  new URL(link.getAttribute('href') ?? '', location.href).origin !== location.origin
