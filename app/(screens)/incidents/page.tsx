import { CLOSED_INCIDENTS_PAGE_ROWS, MAX_OPEN_INCIDENTS } from '#components/incidents/incident-queries.ts'
import { IncidentsPage } from '#components/incidents/incidents-page.tsx'
import { PrefetchedPage, type SearchParams } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch, type PageQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Incidents' }

const queryOf = (state: 'open' | 'closed', limit: number): PageQuery => prefetch('incidents', { state, limit })

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <PrefetchedPage
      unlessAsked={searchParams}
      queries={[
        queryOf('open', MAX_OPEN_INCIDENTS),
        queryOf('closed', CLOSED_INCIDENTS_PAGE_ROWS),
        prefetch('incidents/summary'),
      ]}
    >
      <IncidentsPage />
    </PrefetchedPage>
  )
}
