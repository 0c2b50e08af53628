import { cache } from 'react'
import { endpointQuery } from '#components/data/endpoint.ts'
import { OverviewPage } from '#components/overview/overview-page.tsx'
import { hasNothingToShow, leastUsedUnlimited, monthOf, thisMonth } from '#components/overview/starting-points.ts'
import type { Caller } from '#lib/contract/index.ts'
import type { Db } from '#lib/questions/index.ts'
import { getDeclarations } from '#lib/declarations/answers/index.ts'
import { getCircuitUsage } from '#lib/usage/answers/index.ts'
import { getMaintenance } from '#lib/maintenance/answers/index.ts'
import { getOverview } from '#lib/overview/answers/index.ts'
import { listCircuits } from '#lib/circuits/answers/index.ts'
import { listGateways } from '#lib/gateways/answers/index.ts'
import { listNetworks } from '#lib/networks/answers/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { askForPage } from '#app/_shared/page-reader.ts'
import { Prefetched, type PageQuery } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Overview' }

/** Queried once for the lists and for what depends on them. */
const circuitsOf = cache((db: Db) => listCircuits(db, { limit: 1000 }))

const overviewOf = cache((db: Db, mayReadCost: boolean) => getOverview(db, { mayReadCost }))

/** What a card says about the circuit with the least traffic; loading it later would shift the layout. */
async function leastUsed({ rights }: Caller): Promise<PageQuery[]> {
  const mayReadCost = rights.has('read_cost')
  const { data } = await askForPage((db) => overviewOf(db, mayReadCost))
  if (!mayReadCost || !hasNothingToShow(data)) return []
  const circuit = leastUsedUnlimited((await askForPage(circuitsOf)).data)
  if (!circuit) return []
  const now = databaseNow()
  const month = thisMonth(now)
  return [
    [
      endpointQuery('circuits/{id}/usage', { id: circuit.id, ...month }).queryKey,
      (db) => getCircuitUsage(db, circuit.id, { from: monthOf(now), step: month.step }),
    ],
  ]
}

export default function Page() {
  return (
    <Prefetched
      queries={[
        [endpointQuery('overview').queryKey, (db, caller) => overviewOf(db, caller.rights.has('read_cost'))],
        [endpointQuery('circuits').queryKey, circuitsOf],
        [endpointQuery('gateways').queryKey, (db) => listGateways(db, { limit: 1000 })],
        [endpointQuery('networks').queryKey, (db) => listNetworks(db, { limit: 1000 })],
        [endpointQuery('declarations').queryKey, (db) => getDeclarations(db, {})],
        [endpointQuery('maintenance').queryKey, (db) => getMaintenance(db, {})],
      ]}
      further={leastUsed}
    >
      <OverviewPage />
    </Prefetched>
  )
}
