import type { ReactNode } from 'react'
import { PageLink } from '../links/page-link.tsx'

/** A link from a panel to the full list. */
export function More({ href, children }: { href: string; children: ReactNode }) {
  return (
    <PageLink href={href} className="link text-xs text-ink-2 hover:text-ink">
      {children}
    </PageLink>
  )
}
