import { PAGE_ROWS } from '#components/data/endpoint.ts'
import { RoutesPage } from '#components/routes/routes-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Investigate' }

export default createScreenPage(RoutesPage, [prefetch('routes', { table: 'tables', limit: PAGE_ROWS })], true)
