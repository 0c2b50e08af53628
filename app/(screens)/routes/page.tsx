import { PAGE_ROWS } from '#components/data/endpoint.ts'
import { RoutesPage } from '#components/routes/routes-page.tsx'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Investigate' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched unlessAsked={searchParams} queries={[prefetch('routes', { table: 'tables', limit: PAGE_ROWS })]}>
      <RoutesPage />
    </Prefetched>
  )
}
