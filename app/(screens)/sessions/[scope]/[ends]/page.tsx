import type { Metadata } from 'next'
import { findCircuitOfSession } from '#components/sessions/circuit-of-session.ts'
import { SessionPage } from '#components/sessions/session-page.tsx'
import { formatSessionSubject } from '#lib/contract/vocabulary.ts'
import { PageWithPrefetchedData } from '#app/_prefetch/prefetched-page.tsx'
import { fetchPageResponse, createEndpointPrefetchQuery, type PagePrefetchQuery } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ scope: string; ends: string }>
}

const addressOf = async ({ params }: Place) => {
  const { scope, ends } = await params
  return { scope: decodeURIComponent(scope), ends: decodeURIComponent(ends) }
}

export async function generateMetadata(place: Place): Promise<Metadata> {
  return { title: (await addressOf(place)).ends.replace('~', ' ↔ ') }
}

/**
 * Returns the queries for the circuit of the session and its routers. Loading them later would shift the layout below
 * them.
 */
async function circuitQueries({ scope, ends }: { scope: string; ends: string }): Promise<PagePrefetchQuery[]> {
  const session = (await fetchPageResponse('sessions', { scope })).data.find(
    (one) => formatSessionSubject(one) === ends,
  )
  const id = session && findCircuitOfSession(session)
  if (!id) return []
  return [
    createEndpointPrefetchQuery('circuits/{id}', { id }),
    createEndpointPrefetchQuery('circuits/{id}/routers', { id }),
  ]
}

export default async function Page(place: Place) {
  const address = await addressOf(place)
  const { scope } = address
  return (
    <PageWithPrefetchedData
      queries={[createEndpointPrefetchQuery('sessions', { scope })]}
      further={() => circuitQueries(address)}
    >
      <SessionPage {...address} />
    </PageWithPrefetchedData>
  )
}
