import { MAX_ROWS_PER_PAGE } from '#components/data/endpoint.ts'
import { emptyEventLogFilter, convertEventFilterToQuery } from '#components/events/event-filter.ts'
import { EventsPage } from '#components/events/events-page.tsx'
import { defaultEventsRange } from '#components/events/default-range.ts'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { prefetchEndpointOverRange } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Events' }

/** Query of the event log without filters, for the time range in the page's URL. */
const plainQuery = prefetchEndpointOverRange('events', defaultEventsRange, ({ from, to }) => [
  { ...convertEventFilterToQuery(emptyEventLogFilter), from, to, limit: MAX_ROWS_PER_PAGE },
])

export default createPrefetchedScreen(EventsPage, [plainQuery], true)
