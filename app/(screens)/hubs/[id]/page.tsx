import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { endpointQuery } from '#components/data/endpoint.ts'
import { HubPage } from '#components/hubs/hub-page.tsx'
import { getHub } from '#lib/gateways/answers/index.ts'
import { resourceQueries } from '#app/_prefetch/resource-queries.ts'
import { titleOf } from '#app/_prefetch/title.ts'
import { askForPage } from '#app/_shared/page-reader.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

interface Place {
  params: Promise<{ id: string }>
}

/** Queried once for the title and the page. */
const answerOf = cache((id: string) => askForPage((db) => getHub(db, id)))
const idOf = async ({ params }: Place) => decodeURIComponent((await params).id)

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await idOf(place)
  return { title: await titleOf('Hub', async () => (await answerOf(id)).data.name) }
}

export default async function Page(place: Place) {
  const id = await idOf(place)
  // a Route Server is a gateway: its sessions are there
  const isRouteServer = await answerOf(id).then(
    ({ data }) => data.kind === 'routeServer',
    () => false,
  )
  if (isRouteServer) redirect(`/gateways/${encodeURIComponent(id)}`)
  return (
    <Prefetched queries={[[endpointQuery('hubs/{id}', { id }).queryKey, () => answerOf(id)], ...resourceQueries(id)]}>
      <HubPage id={id} />
    </Prefetched>
  )
}
