import type { Metadata } from 'next'
import { IncidentPage } from '#components/incidents/incident-page.tsx'
import { formatIncidentTitle } from '#components/events/incident-text.ts'
import { PageWithPrefetchedData } from '#app/_prefetch/prefetched-page.tsx'
import { readPageTitle } from '#app/_prefetch/page-title.ts'
import { decodeResourceId } from '#app/_shared/page-address.ts'
import { fetchPageResponse, createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ id: string }>
}

const answerOf = (id: string) => fetchPageResponse('incidents/{id}', { id })

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await decodeResourceId(place)
  return { title: await readPageTitle('Incident', async () => formatIncidentTitle((await answerOf(id)).data)) }
}

export default async function Page(place: Place) {
  const id = await decodeResourceId(place)
  return (
    <PageWithPrefetchedData
      queries={[
        createEndpointPrefetchQuery('incidents/{id}', { id }),
        // declarations are prefetched, because they contain the contacts that are shown above the facts of the incident
        createEndpointPrefetchQuery('declarations'),
        createEndpointPrefetchQuery('customers'),
      ]}
    >
      <IncidentPage id={id} />
    </PageWithPrefetchedData>
  )
}
