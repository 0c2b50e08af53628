import { PortsPage } from '#components/ports/ports-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Ports' }

export default createPrefetchedScreen(PortsPage, [createEndpointPrefetchQuery('ports')])
