import { cache } from 'react'
import { declarationsQuery } from '#components/data/declarations-queries.ts'
import { circuitUsageQuery } from '#components/data/history-queries.ts'
import { circuitsQuery, gatewaysQuery, networksQuery, overviewQuery } from '#components/data/query-options.ts'
import { OverviewPage } from '#components/overview/overview-page.tsx'
import { leastUsedUnlimited, monthOf, thisMonth } from '#components/overview/starting-points.ts'
import {
  type Db,
  getCircuitUsage,
  getDeclarations,
  getOverview,
  listCircuits,
  listGateways,
  listNetworks,
  readingDatabase,
} from '#lib/queries/index.ts'
import { Prefetched, type Question } from './_prefetch/prefetched.tsx'

export const metadata = { title: 'Overview' }

/** Queried once for the lists and for what depends on them. */
const circuitsOf = cache((db: Db) => listCircuits(db, { limit: 1000 }))

/** What a card says about the circuit with the least traffic; loading it later would shift the layout. */
async function leastUsed(): Promise<Question[]> {
  const circuit = leastUsedUnlimited((await circuitsOf(readingDatabase())).data)
  if (!circuit) return []
  const now = Date.now()
  const month = thisMonth(now)
  return [
    [
      circuitUsageQuery(circuit.id, month).queryKey,
      (db) => getCircuitUsage(db, circuit.id, { from: monthOf(now), step: month.step }),
    ],
  ]
}

export default function Page() {
  return (
    <Prefetched
      questions={[
        [overviewQuery().queryKey, (db) => getOverview(db)],
        [circuitsQuery().queryKey, circuitsOf],
        [gatewaysQuery().queryKey, (db) => listGateways(db, { limit: 1000 })],
        [networksQuery().queryKey, (db) => listNetworks(db, { limit: 1000 })],
        [declarationsQuery().queryKey, (db) => getDeclarations(db, {})],
      ]}
      further={leastUsed}
    >
      <OverviewPage />
    </Prefetched>
  )
}
