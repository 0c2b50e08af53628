import { GatewaysPage } from '#components/gateways/gateways-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Gateways' }

export default createScreenPage(GatewaysPage, [prefetch('gateways')])
