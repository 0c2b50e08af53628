import { GatewaysPage } from '#components/gateways/gateways-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { prefetchEndpoint } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Gateways' }

export default createPrefetchedScreen(GatewaysPage, [prefetchEndpoint('gateways')])
