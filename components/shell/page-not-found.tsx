'use client'

import { usePathname } from 'next/navigation'
import { PageLink } from '../links/page-link.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { placesNear } from './places.ts'

/** What was asked for, and what may have been meant. Navigation and search stand around it. */
export function PageNotFound() {
  const asked = usePathname()
  const near = placesNear(asked)
  return (
    <>
      <PageHead title="Page not found" />
      <p className="text-ink-2">
        Nothing is at <span className="font-mono break-all text-ink">{asked}</span>. {near.length > 0 && 'Did you mean'}
      </p>
      <ul className="mt-2 flex flex-wrap gap-x-6 text-base">
        {near.map(({ place: { href, name } }) => (
          <li key={href}>
            <PageLink href={href} className="link inline-flex min-h-8 items-center">
              {name}
            </PageLink>
          </li>
        ))}
      </ul>
      <p className="mt-4 text-ink-2">Search for a name or an address: press / or use the field above.</p>
    </>
  )
}
