import { CostPage } from '#components/cost/cost-page.tsx'
import { PageWithPrefetchedData, type PageSearchParams } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Cost' }

export default function Page({ searchParams }: { searchParams: PageSearchParams }) {
  return (
    <PageWithPrefetchedData
      right="read_cost"
      unlessAsked={searchParams}
      queries={[
        createEndpointPrefetchQuery('cost/weekly', { detail: 'brief' }),
        createEndpointPrefetchQuery('cost/prices'),
        createEndpointPrefetchQuery('cost/discount'),
      ]}
    >
      <CostPage />
    </PageWithPrefetchedData>
  )
}
