import { HubsPage } from '#components/hubs/hubs-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Hubs' }

export default createScreenPage(HubsPage, [prefetch('hubs')])
