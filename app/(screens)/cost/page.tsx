import { CostPage } from '#components/cost/cost-page.tsx'
import { endpointQuery } from '#components/data/endpoint.ts'
import { getCostWeekly } from '#lib/cost/answers/index.ts'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Cost' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched
      right="read_cost"
      unlessAsked={searchParams}
      queries={[[endpointQuery('cost/weekly').queryKey, (db) => getCostWeekly(db, {})]]}
    >
      <CostPage />
    </Prefetched>
  )
}
