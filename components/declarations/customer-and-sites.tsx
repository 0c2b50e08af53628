import { useMemo } from 'react'
import { formatSiteName } from '#lib/contract/words/site-states.ts'
import { useEndpointQuery } from '../data/index.ts'
import { buildCustomerHref } from '../links/customer-href.ts'
import { PageLink } from '../links/page-link.tsx'

/** Customers and on-premises sites to which resources belong, sorted, as display names. */
interface Owners {
  customers: string[]
  sites: string[]
}

/**
 * Returns the customers and sites of the given resources. The sites are the declared sites whose home circuit is one of
 * the resources, and the sites that Peerwatch learned for one of these circuits.
 */
export function useCustomersAndSites(scopes: readonly string[]): Owners {
  const customers = useEndpointQuery('customers').data?.data
  const declared = useEndpointQuery('declarations').data?.data
  return useMemo(() => {
    const isOwn = (id: string | null) => id !== null && scopes.includes(id)
    const names = customers?.flatMap(({ name, circuits, gateways }) =>
      name !== null && [...circuits, ...gateways].some(({ id }) => isOwn(id)) ? [name] : [],
    )
    const sites = [
      ...(declared?.sites.flatMap(({ name, home }) => (isOwn(home) ? [name] : [])) ?? []),
      ...(declared?.learnedSites?.flatMap(({ name, circuits }) =>
        circuits.some(isOwn) ? [formatSiteName(name)] : [],
      ) ?? []),
    ]
    return { customers: (names ?? []).toSorted(), sites: [...new Set(sites)].toSorted() }
  }, [customers, declared, scopes])
}

/** Names of customers with links to their pages, for a sentence or a list of facts. */
export const CustomerLinks = ({ customers }: Pick<Owners, 'customers'>) =>
  customers.map((name, index) => (
    <span key={name}>
      {index > 0 && ', '}
      <PageLink href={buildCustomerHref(name)} className="link inline-flex min-h-6 items-center">
        {name}
      </PageLink>
    </span>
  ))

/** Names of sites with links to the page on which sites are declared. */
export const SiteLinks = ({ sites }: Pick<Owners, 'sites'>) =>
  sites.map((name, index) => (
    <span key={name}>
      {index > 0 && ', '}
      <PageLink href="/settings/declarations" className="link inline-flex min-h-6 items-center">
        {name}
      </PageLink>
    </span>
  ))

/**
 * Customer and sites of resources in the head of a page: `Contoso · London, Manchester`. Empty if none is known. It is
 * hidden on a phone, because it would push the content below down when the customers are loaded.
 */
export function CustomerAndSites({ scopes }: { scopes: readonly string[] }) {
  const { customers, sites } = useCustomersAndSites(scopes)
  return (
    <span className="empty:hidden max-sm:hidden">
      <CustomerLinks customers={customers} />
      {customers.length > 0 && sites.length > 0 && ' · '}
      {sites.join(', ')}
    </span>
  )
}
