import type { ReactNode } from 'react'
import { PageLink } from '../links/page-link.tsx'

/** Leads from a panel in brief to all of it. */
export function More({ href, children }: { href: string; children: ReactNode }) {
  return (
    <PageLink href={href} className="link text-xs text-ink-2 hover:text-ink">
      {children}
    </PageLink>
  )
}
