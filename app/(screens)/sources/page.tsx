import { DataSourcesPage } from '#components/sources/sources-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Sources' }

export default createPrefetchedScreen(DataSourcesPage, [
  createEndpointPrefetchQuery('sources'),
  createEndpointPrefetchQuery('slos'),
  createEndpointPrefetchQuery('processes'),
])
