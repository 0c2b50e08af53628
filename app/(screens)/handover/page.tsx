import { endpointQuery } from '#components/data/endpoint.ts'
import { HandoverPage } from '#components/handover/handover-page.tsx'
import { getHandover } from '#lib/incidents/answers/index.ts'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Handover' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched
      unlessAsked={searchParams}
      queries={[[endpointQuery('handover').queryKey, (db) => getHandover(db, {})]]}
    >
      <HandoverPage />
    </Prefetched>
  )
}
