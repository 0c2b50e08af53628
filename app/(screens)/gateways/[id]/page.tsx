import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { GatewayPage } from '#components/gateways/gateway-page.tsx'
import { createMaintenanceQuery, createResourceQueries } from '#app/_prefetch/resource-queries.ts'
import { readPageTitle } from '#app/_prefetch/page-title.ts'
import { PageWithPrefetchedData } from '#app/_prefetch/prefetched-page.tsx'
import { decodeResourceId, addPageTimeToHref, redirectNameToId } from '#app/_shared/page-address.ts'
import { fetchPageResponse, createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ id: string }>
}

const answerOf = (id: string) => fetchPageResponse('gateways/{id}', { id })

/**
 * Reports whether the ID belongs to a Virtual WAN hub, because links from events and sessions of a hub lead to this
 * page too.
 */
const isHub = (id: string): Promise<boolean> =>
  answerOf(id).then(
    () => false,
    () =>
      fetchPageResponse('hubs/{id}', { id }).then(
        () => true,
        () => false,
      ),
  )

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await decodeResourceId(place)
  return { title: await readPageTitle('Gateway', async () => (await answerOf(id)).data.name) }
}

export default async function Page(place: Place) {
  const id = await decodeResourceId(place)
  if (await isHub(id)) redirect(await addPageTimeToHref(`/hubs/${encodeURIComponent(id)}`))
  await redirectNameToId({ path: '/gateways', asked: id }, answerOf(id))
  return (
    <PageWithPrefetchedData
      queries={[
        createEndpointPrefetchQuery('gateways/{id}', { id }),
        ...createResourceQueries(id),
        createMaintenanceQuery(),
      ]}
    >
      <GatewayPage id={id} />
    </PageWithPrefetchedData>
  )
}
