import { AvailabilityPage } from '#components/availability/availability-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Availability' }

export default createPrefetchedScreen(
  AvailabilityPage,
  [createEndpointPrefetchQuery('reports/availability', { by: 'circuit' })],
  true,
)
