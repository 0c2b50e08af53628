import type { Metadata } from 'next'
import { cache } from 'react'
import { endpointQuery } from '#components/data/endpoint.ts'
import { CircuitPage } from '#components/circuits/circuit-page.tsx'
import { connectedGateways } from '#lib/contract/words/connected-gateways.ts'
import { getCircuit, getCircuitParity } from '#lib/circuits/answers/index.ts'
import { getCircuitRouters } from '#lib/routers/answers/index.ts'
import { maintenanceQuery, resourceQueries, sessionsQuery } from '#app/_prefetch/resource-queries.ts'
import { titleOf } from '#app/_prefetch/title.ts'
import { askForPage } from '#app/_shared/page-reader.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

interface Place {
  params: Promise<{ id: string }>
}

/** Queried once for the title and the page. */
const answerOf = cache((id: string) => askForPage((db) => getCircuit(db, id)))
const idOf = async ({ params }: Place) => decodeURIComponent((await params).id)

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await idOf(place)
  return { title: await titleOf('Circuit', async () => (await answerOf(id)).data.name) }
}

export default async function Page(place: Place) {
  const id = await idOf(place)
  return (
    <Prefetched
      queries={[
        [endpointQuery('circuits/{id}', { id }).queryKey, () => answerOf(id)],
        ...resourceQueries(id),
        maintenanceQuery(),
        [endpointQuery('circuits/{id}/parity', { id }).queryKey, (db) => getCircuitParity(db, id)],
        [endpointQuery('circuits/{id}/routers', { id }).queryKey, (db) => getCircuitRouters(db, id, {})],
      ]}
      // both sessions of each path
      further={async () => connectedGateways((await answerOf(id)).data).map(sessionsQuery)}
    >
      <CircuitPage id={id} />
    </Prefetched>
  )
}
