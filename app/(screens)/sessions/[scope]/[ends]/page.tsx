import type { Metadata } from 'next'
import { endpointQuery } from '#components/data/endpoint.ts'
import { SessionPage } from '#components/sessions/session-page.tsx'
import { listSessions } from '#lib/queries/index.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

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

export default async function Page(place: Place) {
  const address = await addressOf(place)
  const { scope } = address
  return (
    <Prefetched
      queries={[[endpointQuery('sessions', { scope }).queryKey, (db) => listSessions(db, { scope, limit: 1000 })]]}
    >
      <SessionPage {...address} />
    </Prefetched>
  )
}
