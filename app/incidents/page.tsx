import { endpointQuery } from '#components/data/endpoint.ts'
import { CLOSED_ROWS, OPEN_ROWS } from '#components/incidents/list-sizes.ts'
import { IncidentsPage } from '#components/incidents/incidents-page.tsx'
import { getIncidents } from '#lib/queries/index.ts'
import { Prefetched, type Question, type SearchParams } from '../_prefetch/prefetched.tsx'

export const metadata = { title: 'Incidents' }

const questionOf = (state: 'open' | 'closed', limit: number): Question => [
  endpointQuery('incidents', { state, limit }).queryKey,
  (db) => getIncidents(db, { state, limit }),
]

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched
      unlessAsked={searchParams}
      questions={[questionOf('open', OPEN_ROWS), questionOf('closed', CLOSED_ROWS)]}
    >
      <IncidentsPage />
    </Prefetched>
  )
}
