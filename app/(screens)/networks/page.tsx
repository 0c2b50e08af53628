import { NetworksPage } from '#components/networks/networks-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Virtual networks' }

export default createScreenPage(NetworksPage, [prefetch('networks')])
