import { MAX_ROWS_PER_PAGE } from '#components/data/endpoint.ts'
import { RoutesPage } from '#components/routes/routes-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Investigate' }

export default createPrefetchedScreen(
  RoutesPage,
  [createEndpointPrefetchQuery('routes', { table: 'tables', limit: MAX_ROWS_PER_PAGE })],
  true,
)
