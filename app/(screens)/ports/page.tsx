import { PortsPage } from '#components/ports/ports-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Ports' }

export default createScreenPage(PortsPage, [prefetch('ports')])
