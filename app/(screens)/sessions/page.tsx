import { endpointQuery } from '#components/data/endpoint.ts'
import { SessionsPage } from '#components/sessions/sessions-page.tsx'
import { listSessions } from '#lib/sessions/answers/index.ts'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Sessions' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched
      unlessAsked={searchParams}
      queries={[[endpointQuery('sessions').queryKey, (db) => listSessions(db, { limit: 1000 })]]}
    >
      <SessionsPage />
    </Prefetched>
  )
}
