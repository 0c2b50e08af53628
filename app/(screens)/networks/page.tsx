import { NetworksPage } from '#components/networks/networks-page.tsx'
import { screenPage } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Virtual networks' }

export default screenPage(NetworksPage, [prefetch('networks')])
