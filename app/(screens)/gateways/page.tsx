import { GatewaysPage } from '#components/gateways/gateways-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Gateways' }

export default createPrefetchedScreen(GatewaysPage, [createEndpointPrefetchQuery('gateways')])
