import { HubsPage } from '#components/hubs/hubs-page.tsx'
import { screenPage } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Hubs' }

export default screenPage(HubsPage, [prefetch('hubs')])
