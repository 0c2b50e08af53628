import { SetupPage } from '#components/setup/setup-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Setup' }

export default createPrefetchedScreen(SetupPage, [createEndpointPrefetchQuery('setup')], false, 'settings')
