import { AvailabilityPage } from '#components/availability/availability-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Availability' }

export default createScreenPage(AvailabilityPage, [prefetch('reports/availability', { by: 'circuit' })], true)
