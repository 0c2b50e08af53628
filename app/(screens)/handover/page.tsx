import { ShiftHandoverPage } from '#components/handover/handover-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Handover' }

export default createPrefetchedScreen(ShiftHandoverPage, [createEndpointPrefetchQuery('handover')], true)
