import { CLOSED_INCIDENTS_PAGE_ROWS, MAX_OPEN_INCIDENTS } from '#components/incidents/incident-queries.ts'
import { IncidentsPage } from '#components/incidents/incidents-page.tsx'
import { PageWithPrefetchedData, type PageSearchParams } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery, type PagePrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Incidents' }

const queryOf = (state: 'open' | 'closed', limit: number): PagePrefetchQuery =>
  createEndpointPrefetchQuery('incidents', { state, limit })

export default function Page({ searchParams }: { searchParams: PageSearchParams }) {
  return (
    <PageWithPrefetchedData
      unlessAsked={searchParams}
      queries={[
        queryOf('open', MAX_OPEN_INCIDENTS),
        queryOf('closed', CLOSED_INCIDENTS_PAGE_ROWS),
        createEndpointPrefetchQuery('incidents/summary'),
      ]}
    >
      <IncidentsPage />
    </PageWithPrefetchedData>
  )
}
