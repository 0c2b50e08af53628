import { PAGE_ROWS } from '#components/data/endpoint.ts'
import { nothingChosen, queryOf } from '#components/events/event-filter.ts'
import { EventsPage } from '#components/events/events-page.tsx'
import { defaultRange } from '#components/events/default-range.ts'
import { resolveRange } from '#components/time/range.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'
import { prefetch, type PageQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Events' }

/** The page's query without parameters. */
function plainQuery(): PageQuery {
  const { from } = resolveRange({ from: null, to: null }, defaultRange, databaseNow())
  return prefetch('events', { ...queryOf(nothingChosen), from, limit: PAGE_ROWS })
}

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched unlessAsked={searchParams} hasRange queries={[plainQuery()]}>
      <EventsPage />
    </Prefetched>
  )
}
