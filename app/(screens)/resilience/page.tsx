import { endpointQuery } from '#components/data/endpoint.ts'
import { ResiliencePage } from '#components/resilience/resilience-page.tsx'
import { getResilience } from '#lib/resilience/answers/index.ts'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Resilience' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched
      unlessAsked={searchParams}
      queries={[[endpointQuery('resilience').queryKey, (db) => getResilience(db)]]}
    >
      <ResiliencePage />
    </Prefetched>
  )
}
