import { CLOSED_INCIDENTS_PAGE_ROWS, MAX_OPEN_INCIDENTS } from '#components/incidents/incident-queries.ts'
import { IncidentsPage } from '#components/incidents/incidents-page.tsx'
import { PrefetchedPage, type PageSearchParams } from '#app/_prefetch/prefetched-page.tsx'
import { prefetchEndpoint, type PagePrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Incidents' }

const queryOf = (state: 'open' | 'closed', limit: number): PagePrefetchQuery =>
  prefetchEndpoint('incidents', { state, limit })

export default function Page({ searchParams }: { searchParams: PageSearchParams }) {
  return (
    <PrefetchedPage
      unlessAsked={searchParams}
      queries={[
        queryOf('open', MAX_OPEN_INCIDENTS),
        queryOf('closed', CLOSED_INCIDENTS_PAGE_ROWS),
        prefetchEndpoint('incidents/summary'),
      ]}
    >
      <IncidentsPage />
    </PrefetchedPage>
  )
}
