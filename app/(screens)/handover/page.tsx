import { HandoverPage } from '#components/handover/handover-page.tsx'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Handover' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched unlessAsked={searchParams} queries={[prefetch('handover')]}>
      <HandoverPage />
    </Prefetched>
  )
}
