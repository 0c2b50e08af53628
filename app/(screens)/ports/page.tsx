import { PortsPage } from '#components/ports/ports-page.tsx'
import { screenPage } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Ports' }

export default screenPage(PortsPage, [prefetch('ports')])
