import { CLOSED_ROWS, OPEN_ROWS } from '#components/incidents/list-sizes.ts'
import { IncidentsPage } from '#components/incidents/incidents-page.tsx'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'
import { prefetch, type PageQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Incidents' }

const queryOf = (state: 'open' | 'closed', limit: number): PageQuery => prefetch('incidents', { state, limit })

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched
      unlessAsked={searchParams}
      queries={[queryOf('open', OPEN_ROWS), queryOf('closed', CLOSED_ROWS), prefetch('incidents/summary')]}
    >
      <IncidentsPage />
    </Prefetched>
  )
}
