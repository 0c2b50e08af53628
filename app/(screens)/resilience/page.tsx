import { ResiliencePage } from '#components/resilience/resilience-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Resilience' }

export default createPrefetchedScreen(ResiliencePage, [createEndpointPrefetchQuery('resilience')], true)
