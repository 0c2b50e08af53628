import { SourcesPage } from '#components/sources/sources-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Sources' }

export default createScreenPage(SourcesPage, [prefetch('sources'), prefetch('slos'), prefetch('processes')])
