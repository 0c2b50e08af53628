import { PAGE_ROWS, endpointQuery } from '#components/data/endpoint.ts'
import { nothingChosen, questionOf } from '#components/events/event-filter.ts'
import { EventsPage } from '#components/events/events-page.tsx'
import { defaultRange } from '#components/events/default-range.ts'
import { resolveRange } from '#components/time/range.ts'
import { getEvents } from '#lib/queries/index.ts'
import { Prefetched, type Question, type SearchParams } from '../_prefetch/prefetched.tsx'

export const metadata = { title: 'Events' }

/** The page's query without parameters. */
function plainQuestion(): Question {
  const { from } = resolveRange({ from: null, to: null }, defaultRange, Date.now())
  return [
    endpointQuery('events', { ...questionOf(nothingChosen), from, limit: PAGE_ROWS }).queryKey,
    (db) => getEvents(db, { partOf: 'none', from: Date.parse(from), limit: PAGE_ROWS }),
  ]
}

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched unlessAsked={searchParams} hasRange questions={[plainQuestion()]}>
      <EventsPage />
    </Prefetched>
  )
}
