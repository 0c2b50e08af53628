'use client'

import type { Event } from '#lib/incidents/api/index.ts'
import { WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { PageLink } from '../links/page-link.tsx'
import { useEndpoint } from '../data/index.ts'

/** The affected circuits and gateways, each linked to its page; the whole estate to the overview. */
export function ScopeLinks({ events }: { events: readonly Event[] }) {
  const circuits = new Set((useEndpoint('circuits').data?.data ?? []).map(({ id }) => id))
  const gateways = new Set((useEndpoint('gateways').data?.data ?? []).map(({ id }) => id))
  const names = new Map(events.map(({ scope, scopeName }) => [scope, scopeName]))
  const folder = (id: string) => (circuits.has(id) ? 'circuits' : gateways.has(id) ? 'gateways' : null)
  const hrefOf = (id: string) => {
    const page = folder(id)
    return page ? `/${page}/${encodeURIComponent(id)}` : id === WHOLE_ESTATE ? '/' : null
  }
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className="text-ink-3">Affected:</span>
      {[...names].map(([id, name]) => {
        const href = hrefOf(id)
        return href ? (
          <PageLink key={id} href={href} className="link font-medium">
            {name}
          </PageLink>
        ) : (
          <span key={id}>{name}</span>
        )
      })}
    </p>
  )
}
