import { AvailabilityPage } from '#components/availability/availability-page.tsx'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Availability' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched unlessAsked={searchParams} queries={[prefetch('reports/availability', { by: 'circuit' })]}>
      <AvailabilityPage />
    </Prefetched>
  )
}
