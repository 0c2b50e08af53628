import { SourcesPage } from '#components/sources/sources-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { prefetchEndpoint } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Sources' }

export default createPrefetchedScreen(SourcesPage, [
  prefetchEndpoint('sources'),
  prefetchEndpoint('slos'),
  prefetchEndpoint('processes'),
])
