import { circuitsQuery, gatewaysQuery, overviewQuery } from '#components/data/query-options.ts'
import { OverviewPage } from '#components/overview/overview-page.tsx'
import { getOverview, listCircuits, listGateways } from '#lib/answers/index.ts'
import { Prefetched } from './_prefetch/prefetched.tsx'

export const metadata = { title: 'Overview' }

export default function Page() {
  return (
    <Prefetched
      questions={[
        [overviewQuery().queryKey, (db) => getOverview(db)],
        [circuitsQuery().queryKey, (db) => listCircuits(db, { limit: 1000 })],
        [gatewaysQuery().queryKey, (db) => listGateways(db, { limit: 1000 })],
      ]}
    >
      <OverviewPage />
    </Prefetched>
  )
}
