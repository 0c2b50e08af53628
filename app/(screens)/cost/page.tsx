import { CostPage } from '#components/cost/cost-page.tsx'
import { PrefetchedPage, type SearchParams } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Cost' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <PrefetchedPage
      right="read_cost"
      unlessAsked={searchParams}
      queries={[prefetch('cost/weekly'), prefetch('cost/prices')]}
    >
      <CostPage />
    </PrefetchedPage>
  )
}
