import type { Metadata } from 'next'
import { cache } from 'react'
import { endpointQuery } from '#components/data/endpoint.ts'
import { IncidentPage } from '#components/incidents/incident-page.tsx'
import { incidentTitle } from '#components/events/incident-words.ts'
import { getDeclarations } from '#lib/declarations/answers/index.ts'
import { getIncident } from '#lib/incidents/answers/index.ts'
import { askForPage } from '#app/_shared/page-reader.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { titleOf } from '#app/_prefetch/title.ts'

interface Place {
  params: Promise<{ id: string }>
}

/** Queried once for the title and the page. */
const answerOf = cache((id: string) => askForPage((db) => getIncident(db, id)))
const idOf = async ({ params }: Place) => decodeURIComponent((await params).id)

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await idOf(place)
  return { title: await titleOf('Incident', async () => incidentTitle((await answerOf(id)).data)) }
}

export default async function Page(place: Place) {
  const id = await idOf(place)
  return (
    <Prefetched
      queries={[
        [endpointQuery('incidents/{id}', { id }).queryKey, () => answerOf(id)],
        // whom to call stands above the facts
        [endpointQuery('declarations').queryKey, (db) => getDeclarations(db, {})],
      ]}
    >
      <IncidentPage id={id} />
    </Prefetched>
  )
}
