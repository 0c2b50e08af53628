import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { endpointQuery } from '#components/data/endpoint.ts'
import { GatewayPage } from '#components/gateways/gateway-page.tsx'
import { getGateway, getHub } from '#lib/gateways/answers/index.ts'
import { maintenanceQuery, resourceQueries } from '#app/_prefetch/resource-queries.ts'
import { titleOf } from '#app/_prefetch/title.ts'
import { askForPage } from '#app/_shared/page-reader.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

interface Place {
  params: Promise<{ id: string }>
}

/** Queried once for the title and the page. */
const answerOf = cache((id: string) => askForPage((db) => getGateway(db, id)))
const idOf = async ({ params }: Place) => decodeURIComponent((await params).id)

/** Events and sessions of hubs of Virtual WANs lead here, as those of gateways do. */
const isHub = (id: string): Promise<boolean> =>
  answerOf(id).then(
    () => false,
    () =>
      askForPage((db) => getHub(db, id)).then(
        () => true,
        () => false,
      ),
  )

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await idOf(place)
  return { title: await titleOf('Gateway', async () => (await answerOf(id)).data.name) }
}

export default async function Page(place: Place) {
  const id = await idOf(place)
  if (await isHub(id)) redirect(`/hubs/${encodeURIComponent(id)}`)
  return (
    <Prefetched
      queries={[
        [endpointQuery('gateways/{id}', { id }).queryKey, () => answerOf(id)],
        ...resourceQueries(id),
        maintenanceQuery(),
      ]}
    >
      <GatewayPage id={id} />
    </Prefetched>
  )
}
