import { CostPage } from '#components/cost/cost-page.tsx'
import { PrefetchedPage, type PageSearchParams } from '#app/_prefetch/prefetched-page.tsx'
import { prefetchEndpoint } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Cost' }

export default function Page({ searchParams }: { searchParams: PageSearchParams }) {
  return (
    <PrefetchedPage
      right="read_cost"
      unlessAsked={searchParams}
      queries={[prefetchEndpoint('cost/weekly'), prefetchEndpoint('cost/prices')]}
    >
      <CostPage />
    </PrefetchedPage>
  )
}
