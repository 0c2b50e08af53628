import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { HubPage } from '#components/hubs/hub-page.tsx'
import { createResourceQueries } from '#app/_prefetch/resource-queries.ts'
import { readPageTitle } from '#app/_prefetch/page-title.ts'
import { PageWithPrefetchedData } from '#app/_prefetch/prefetched-page.tsx'
import { decodeResourceId, addPageTimeToHref } from '#app/_shared/page-address.ts'
import { fetchPageResponse, createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ id: string }>
}

const answerOf = (id: string) => fetchPageResponse('hubs/{id}', { id })

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await decodeResourceId(place)
  return { title: await readPageTitle('Hub', async () => (await answerOf(id)).data.name) }
}

export default async function Page(place: Place) {
  const id = await decodeResourceId(place)
  // Peerwatch shows a Route Server as a gateway, so the page of its hub redirects to the gateway.
  const isRouteServer = await answerOf(id).then(
    ({ data }) => data.kind === 'routeServer',
    () => false,
  )
  if (isRouteServer) redirect(await addPageTimeToHref(`/gateways/${encodeURIComponent(id)}`))
  return (
    <PageWithPrefetchedData queries={[createEndpointPrefetchQuery('hubs/{id}', { id }), ...createResourceQueries(id)]}>
      <HubPage id={id} />
    </PageWithPrefetchedData>
  )
}
