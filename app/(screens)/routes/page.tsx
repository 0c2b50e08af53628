import { PAGE_ROWS, endpointQuery } from '#components/data/endpoint.ts'
import { RoutesPage } from '#components/routes/routes-page.tsx'
import { listRoutes } from '#lib/routes/answers/index.ts'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Routes' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched
      unlessAsked={searchParams}
      hasRange
      queries={[[endpointQuery('routes', { limit: PAGE_ROWS }).queryKey, (db) => listRoutes(db, { limit: PAGE_ROWS })]]}
    >
      <RoutesPage />
    </Prefetched>
  )
}
