import { notFound } from 'next/navigation'
import { PAGE_ROWS } from '#components/data/endpoint.ts'
import { SettingsPage } from '#components/settings/settings-page.tsx'
import { settingsTabs } from '#components/settings/tabs.ts'
import { PrefetchedPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch, prefetchPage, type PageQuery } from '#app/_prefetch/prefetch.ts'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

interface Props {
  params: Promise<{ tab: string }>
}

/**
 * Queries for the names of circuits, gateways and customers. Without them, the page would first show IDs and later
 * replace them with names of another length.
 */
const names: PageQuery[] = [prefetch('circuits'), prefetch('gateways'), prefetch('customers')]

/** Queries whose results the first paint of a settings tab needs, by id of the tab. */
const queries: Record<string, PageQuery[]> = createSafeLookupTable({
  declarations: [prefetch('declarations'), ...names],
  maintenance: [prefetch('maintenance'), prefetch('declarations'), ...names],
  thresholds: [prefetch('settings/thresholds')],
  notifications: [prefetch('channels'), ...names],
  'on-call': [prefetch('escalation')],
  audit: [prefetchPage('audit', PAGE_ROWS), prefetchPage('service-key-requests', PAGE_ROWS)],
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
    <PrefetchedPage right={tab.right} queries={queries[id] ?? []}>
      <SettingsPage tab={tab} />
    </PrefetchedPage>
  )
}
