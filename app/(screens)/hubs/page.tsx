import { HubsPage } from '#components/hubs/hubs-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Hubs' }

export default createPrefetchedScreen(HubsPage, [createEndpointPrefetchQuery('hubs')])
