import { notFound } from 'next/navigation'
import { MAX_ROWS_PER_PAGE } from '#components/data/endpoint.ts'
import { SettingsPage } from '#components/settings/settings-page.tsx'
import { settingsTabs } from '#components/settings/tabs.ts'
import { PageWithPrefetchedData } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery, prefetchFirstPage, type PagePrefetchQuery } from '#app/_prefetch/prefetch.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

interface Props {
  params: Promise<{ tab: string }>
}

/**
 * Queries for the names of circuits, gateways and customers. Without them, the page would first show IDs and later
 * replace them with names of another length.
 */
const names: PagePrefetchQuery[] = [
  createEndpointPrefetchQuery('circuits'),
  createEndpointPrefetchQuery('gateways'),
  createEndpointPrefetchQuery('customers'),
]

/** Queries whose results the first paint of a settings tab needs, by id of the tab. */
const queries: Record<string, PagePrefetchQuery[]> = createSafeLookupTable({
  declarations: [createEndpointPrefetchQuery('declarations'), ...names],
  maintenance: [createEndpointPrefetchQuery('maintenance'), createEndpointPrefetchQuery('declarations'), ...names],
  thresholds: [createEndpointPrefetchQuery('settings/thresholds')],
  notifications: [createEndpointPrefetchQuery('channels'), ...names],
  'on-call': [createEndpointPrefetchQuery('escalation')],
  audit: [prefetchFirstPage('audit', MAX_ROWS_PER_PAGE), prefetchFirstPage('service-key-requests', MAX_ROWS_PER_PAGE)],
})

export async function generateMetadata({ params }: Props) {
  const { tab: id } = await params
  return { title: settingsTabs.find((tab) => tab.id === id)?.name ?? 'Settings' }
}

export default async function Page({ params }: Props) {
  const { tab: id } = await params
  const tab = settingsTabs.find((known) => known.id === id)
  if (!tab) notFound()
  return (
    <PageWithPrefetchedData right={tab.right} queries={queries[id] ?? []}>
      <SettingsPage tab={tab} />
    </PageWithPrefetchedData>
  )
}
