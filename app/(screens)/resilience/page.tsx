import { ResiliencePage } from '#components/resilience/resilience-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Resilience' }

export default createScreenPage(ResiliencePage, [prefetch('resilience')], true)
