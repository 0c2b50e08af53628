import { endpointQuery } from '#components/data/endpoint.ts'
import { CLOSED_ROWS, OPEN_ROWS } from '#components/incidents/list-sizes.ts'
import { IncidentsPage } from '#components/incidents/incidents-page.tsx'
import { getIncidents, getIncidentsSummary } from '#lib/incidents/answers/index.ts'
import { Prefetched, type PageQuery, type SearchParams } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Incidents' }

const queryOf = (state: 'open' | 'closed', limit: number): PageQuery => [
  endpointQuery('incidents', { state, limit }).queryKey,
  (db) => getIncidents(db, { state, limit }),
]

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched
      unlessAsked={searchParams}
      queries={[
        queryOf('open', OPEN_ROWS),
        queryOf('closed', CLOSED_ROWS),
        [endpointQuery('incidents/summary').queryKey, (db) => getIncidentsSummary(db, {})],
      ]}
    >
      <IncidentsPage />
    </Prefetched>
  )
}
