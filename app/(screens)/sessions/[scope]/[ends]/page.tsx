import type { Metadata } from 'next'
import { cache } from 'react'
import { endpointQuery } from '#components/data/endpoint.ts'
import { circuitOfSession } from '#components/sessions/circuit-of-session.ts'
import { SessionPage } from '#components/sessions/session-page.tsx'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import { getCircuit } from '#lib/circuits/answers/index.ts'
import { getCircuitRouters } from '#lib/routers/answers/index.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import { askForPage } from '#app/_shared/page-reader.ts'
import { type PageQuery, Prefetched } from '#app/_prefetch/prefetched.tsx'

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

/** Queried once for the page and for what follows from it. */
const answerOf = cache((scope: string) => askForPage((db) => listSessions(db, { scope, limit: 1000 })))

/** The circuit of the session, and its routers: what comes later would move what stands below. */
async function circuitQueries({ scope, ends }: { scope: string; ends: string }): Promise<PageQuery[]> {
  const session = (await answerOf(scope)).data.find((one) => sessionSubject(one) === ends)
  const id = session && circuitOfSession(session)
  if (!id) return []
  return [
    [endpointQuery('circuits/{id}', { id }).queryKey, (db) => getCircuit(db, id)],
    [endpointQuery('circuits/{id}/routers', { id }).queryKey, (db) => getCircuitRouters(db, id, {})],
  ]
}

export default async function Page(place: Place) {
  const address = await addressOf(place)
  const { scope } = address
  return (
    <Prefetched
      queries={[[endpointQuery('sessions', { scope }).queryKey, () => answerOf(scope)]]}
      further={() => circuitQueries(address)}
    >
      <SessionPage {...address} />
    </Prefetched>
  )
}
