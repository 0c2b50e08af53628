'use client'

import type { UseQueryResult } from '@tanstack/react-query'
import { usePathname } from 'next/navigation'
import { PageLink } from '../links/page-link.tsx'
import { ApiError } from '../data/api-error.ts'
import { useEndpointQuery } from '../data/index.ts'
import { mayBeMeantByUrl } from '../format/natural-order.ts'
import { Button } from './button.tsx'
import { PageHeader } from './page-head.tsx'

/** Reports whether the query failed because the resource does not exist (404). */
export const isUnknownResource = ({ data, error }: Pick<UseQueryResult, 'data' | 'error'>): boolean =>
  !data && error instanceof ApiError && error.status === 404

/** Page for an unknown resource. */
export function UnknownResource({ list }: { list: { href: string; name: string } }) {
  const asked = decodeURIComponent(usePathname())
  return (
    <div role="alert">
      <PageHeader title="Not found" />
      <p className="text-ink-2">
        No resource has the address <span className="font-mono break-all text-ink">{asked}</span>.
      </p>
      <SimilarResources asked={asked} places={[list]} />
    </div>
  )
}

/** Maximum number of suggested resources. */
const MAX_SIMILAR_RESOURCES = 8

/**
 * Suggestions for a URL with an unknown resource: circuits and gateways with similar names, and pages. If no name is
 * similar, other resources of the same type or all resources are suggested.
 */
export function SimilarResources({
  asked,
  places,
}: {
  asked: string
  places: readonly { href: string; name: string }[]
}) {
  const circuits = useEndpointQuery('circuits').data?.data ?? []
  const gateways = useEndpointQuery('gateways').data?.data ?? []
  const all = [
    ...circuits.map(({ id, name }) => ({ href: `/circuits/${id}`, name, kind: 'circuit' })),
    ...gateways.map(({ id, name }) => ({ href: `/gateways/${id}`, name, kind: 'gateway' })),
  ]
  const near = all.filter(({ name }) => mayBeMeantByUrl(asked, name))
  const siblings = all.filter(({ href }) => asked.startsWith(href.slice(0, href.lastIndexOf('/') + 1)))
  const offered = near.length > 0 ? near : siblings.length > 0 ? siblings : all
  const pages =
    places.length > 0
      ? places
      : [
          { href: '/', name: 'Home' },
          { href: '/incidents', name: 'Incidents' },
        ]
  const links = [...offered.slice(0, MAX_SIMILAR_RESOURCES), ...pages.map((place) => ({ ...place, kind: 'page' }))]
  return (
    <nav aria-label="Did you mean" className="mt-4 max-w-xl rounded-lg border bg-surface">
      <h2 className="flex items-center border-b py-1.5 pr-2 pl-3.5 text-sm font-semibold">
        {near.length > 0 ? 'Did you mean' : 'Go to'}
        {/* the button simulates the keyboard shortcut of the command palette, which works on every page with the page frame */}
        <Button
          className="ml-auto"
          onClick={() =>
            document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true }))
          }
        >
          Search everything
        </Button>
      </h2>
      <ul className="divide-y">
        {links.map(({ href, name, kind }) => (
          <li key={href}>
            <PageLink href={href} className="flex min-h-9 items-center px-3.5 -outline-offset-2 hover:bg-hover">
              {name}
              <span className="ml-auto text-xs text-ink-3">{kind}</span>
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
