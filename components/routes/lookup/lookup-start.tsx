import { useEffect, useState } from 'react'
import { formatAddress, GATEWAY_ASN, MICROSOFT_ASN, parsePrefix } from '#lib/bgp/index.ts'
import type { ApiRouteTableEntry } from '#lib/contract/index.ts'
import { MAX_ROWS_PER_PAGE, useEndpointQuery } from '../../data/index.ts'
import { getLastNightMoment } from '../../format/last-night.ts'
import { PageLink } from '../../links/page-link.tsx'
import { type RecentPage, saveRecentPage, readRecentPages } from '../../links/recent-pages.ts'
import { useRealNow } from '../../ui/times/page-clock.tsx'
import { buildRoutesHref } from '../route-views.ts'
import { LookupField } from './lookup-field.tsx'

const MAX_EXAMPLES = 5
/** Beginning of the name of a recent lookup in the command palette; the address follows. */
const ROUTE_TO = 'Route to '
const AT_NIGHT = 'at 03:12 last night'

/**
 * Start view of the route lookup, before an address is entered. It contains the input field, recent lookups in this
 * browser, and example addresses from known prefixes.
 */
export function RouteLookupStartView({ ip, onChange }: { ip: string | null; onChange: (ip: string | null) => void }) {
  const [recent, setRecent] = useState<RecentPage[]>([])
  useEffect(() => setRecent(readRecentPages().filter(({ href }) => href.startsWith('/routes?ip='))), [])
  const routes = useEndpointQuery('routes', { table: 'tables', limit: MAX_ROWS_PER_PAGE }).data?.data ?? []
  const atNight = new Date(getLastNightMoment(useRealNow(60_000))).toISOString()
  const examples = examplesOf(routes)
  const [first] = examples
  return (
    <section data-panel aria-label="Look-up" className="mx-auto min-h-[30rem] w-full max-w-3xl pt-6 sm:pt-10">
      <h2 className="text-2xl font-semibold tracking-tight">Where does an address go?</h2>
      <div className="mt-3 [&_input]:h-12 [&_input]:px-3.5 [&_input]:text-xl">
        <LookupField ip={ip} onChange={onChange} className="block w-full" />
      </div>
      {ip && <p className="mt-2 text-ink-2">{ip} is not an IP address.</p>}
      <div className="mt-8 grid grid-cols-1 gap-8 sm:grid-cols-2">
        <Addresses
          title="Addresses of your prefixes"
          items={[
            ...examples,
            ...(first
              ? [
                  {
                    href: buildRoutesHref('lookup', { ip: first.name, at: atNight }),
                    name: first.name,
                    detail: AT_NIGHT,
                  },
                ]
              : []),
          ]}
        />
        <Addresses title="Recent" items={recent} />
      </div>
    </section>
  )
}

/**
 * Saves the lookup in this browser's list of recent lookups, which the command palette also shows.
 * @param at time of the lookup, ISO 8601; null = now
 */
export function useSaveLookup(ip: string, at: string | null, moment: string): void {
  useEffect(
    () =>
      saveRecentPage({
        href: buildRoutesHref('lookup', { ip, at }),
        name: `${ROUTE_TO}${ip}`,
        detail: at === null ? 'now' : `at ${moment}`,
      }),
    [ip, at, moment],
  )
}

/**
 * Returns example addresses: the first host address of some prefixes that circuits learn from on-premises. Prefixes of
 * different circuits are first.
 */
function examplesOf(routes: readonly ApiRouteTableEntry[]): RecentPage[] {
  const outside = routes.filter(({ asPath }) => asPath.some((asn) => asn !== GATEWAY_ASN && asn !== MICROSOFT_ASN))
  const all = [...Map.groupBy(outside, ({ prefix }) => prefix)].flatMap(([prefix, own]) => {
    const read = parsePrefix(prefix)
    if (!read || read.length === 0) return []
    const name = formatAddress({ family: read.family, value: read.bits + (read.length < 31 ? 1n : 0n) })
    const detail = [...new Set(own.map(({ scopeName }) => scopeName))].join(', ')
    return [{ href: buildRoutesHref('lookup', { ip: name }), name, detail }]
  })
  const different = [...Map.groupBy(all, ({ detail }) => detail).values()].flatMap((own) => own.slice(0, 1))
  return [...new Set([...different, ...all])].slice(0, MAX_EXAMPLES)
}

function Addresses({ title, items }: { title: string; items: readonly RecentPage[] }) {
  if (items.length === 0) return null
  return (
    <div>
      <h3 className="text-xs font-semibold text-ink-3">{title}</h3>
      <ul className="mt-1">
        {items.map(({ href, name, detail }) => (
          <li key={href}>
            <PageLink href={href} className="-mx-2 flex min-h-9 items-center gap-3 rounded-md px-2 hover:bg-hover">
              <span className="w-32 flex-none font-mono font-medium whitespace-nowrap">
                {name.replace(ROUTE_TO, '')}
              </span>
              <span className="min-w-0 truncate text-ink-3">{detail}</span>
            </PageLink>
          </li>
        ))}
      </ul>
    </div>
  )
}
