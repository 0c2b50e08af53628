import type { Metadata } from 'next'
import { CircuitPage } from '#components/circuits/circuit-page.tsx'
import { connectedGateways } from '#lib/contract/words/connected-gateways.ts'
import { maintenanceQuery, resourceQueries, sessionsQuery } from '#app/_prefetch/resource-queries.ts'
import { pageTitleOf } from '#app/_prefetch/title.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { openNamed } from '#app/_shared/page-address.ts'
import { ask, prefetch } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ id: string }>
}

const answerOf = (id: string) => ask('circuits/{id}', { id })
const idOf = async ({ params }: Place) => decodeURIComponent((await params).id)

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await idOf(place)
  return { title: await pageTitleOf('Circuit', async () => (await answerOf(id)).data.name) }
}

export default async function Page(place: Place) {
  const id = await idOf(place)
  await openNamed({ path: '/circuits', asked: id }, answerOf(id), () => ask('circuits'))
  return (
    <Prefetched
      queries={[
        prefetch('circuits/{id}', { id }),
        ...resourceQueries(id),
        maintenanceQuery(),
        prefetch('circuits/{id}/parity', { id }),
        prefetch('circuits/{id}/routers', { id }),
      ]}
      // both sessions of each path
      further={async () => connectedGateways((await answerOf(id)).data).map(sessionsQuery)}
    >
      <CircuitPage id={id} />
    </Prefetched>
  )
}
