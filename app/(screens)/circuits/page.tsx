import { CircuitsPage } from '#components/circuits/circuits-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Circuits' }

export default createPrefetchedScreen(CircuitsPage, [createEndpointPrefetchQuery('circuits')])
