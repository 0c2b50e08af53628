import { AvailabilityPage } from '#components/availability/availability-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { prefetchEndpoint } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Availability' }

export default createPrefetchedScreen(
  AvailabilityPage,
  [prefetchEndpoint('reports/availability', { by: 'circuit' })],
  true,
)
