import { HandoverPage } from '#components/handover/handover-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Handover' }

export default createScreenPage(HandoverPage, [prefetch('handover')], true)
