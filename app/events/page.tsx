import { eventsQuery, PAGE_ROWS } from '#components/data/query-options.ts'
import { EventsPage } from '#components/events/events-page.tsx'
import { getEvents } from '#lib/answers/index.ts'
import { Prefetched, type SearchParams } from '../_prefetch/prefetched.tsx'

export const metadata = { title: 'Events' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched
      unlessAsked={searchParams}
      questions={[[eventsQuery({ limit: PAGE_ROWS }).queryKey, (db) => getEvents(db, { limit: PAGE_ROWS })]]}
    >
      <EventsPage />
    </Prefetched>
  )
}
