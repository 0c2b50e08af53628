import { PAGE_ROWS } from '#components/data/endpoint.ts'
import { emptyEventLogFilter, convertFilterToQuery } from '#components/events/event-filter.ts'
import { EventsPage } from '#components/events/events-page.tsx'
import { defaultRange } from '#components/events/default-range.ts'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetchRange } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Events' }

/** Query of the event log without filters, for the time range in the page's URL. */
const plainQuery = prefetchRange('events', defaultRange, ({ from, to }) => [
  { ...convertFilterToQuery(emptyEventLogFilter), from, to, limit: PAGE_ROWS },
])

export default createScreenPage(EventsPage, [plainQuery], true)
