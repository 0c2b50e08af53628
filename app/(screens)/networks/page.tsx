import { NetworksPage } from '#components/networks/networks-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Virtual networks' }

export default createPrefetchedScreen(NetworksPage, [createEndpointPrefetchQuery('networks')])
