import { HandoverPage } from '#components/handover/handover-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { prefetchEndpoint } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Handover' }

export default createPrefetchedScreen(HandoverPage, [prefetchEndpoint('handover')], true)
