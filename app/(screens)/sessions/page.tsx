import { SessionsPage } from '#components/sessions/sessions-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Sessions' }

export default createPrefetchedScreen(SessionsPage, [createEndpointPrefetchQuery('sessions')], true)
