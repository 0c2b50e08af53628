import type { Metadata } from 'next'
import { CircuitPage } from '#components/circuits/circuit-page.tsx'
import { listResourceIdsForChanges } from '#components/changes/change-scopes.ts'
import { createOpenIncidentsQuery } from '#components/incidents/incident-queries.ts'
import { getRttColumnLengthMs } from '#components/probes/rtt-series.ts'
import {
  resolveRangeEdges,
  findIncidentRangeStart,
  type TimeRange,
  DEFAULT_RANGE_LENGTH,
} from '#components/time/time-range.ts'
import { MAX_EVENTS } from '#components/timeline/event-tracks.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { formatConnectedGateways } from '#lib/contract/words/connected-gateways.ts'
import { createMaintenanceQuery, createResourceQueries, createSessionsQuery } from '#app/_prefetch/resource-queries.ts'
import { readPageTitle } from '#app/_prefetch/page-title.ts'
import { PageWithPrefetchedData, type PageSearchParams } from '#app/_prefetch/prefetched-page.tsx'
import { decodeResourceId, redirectNameToId } from '#app/_shared/page-address.ts'
import {
  fetchPageResponse,
  type PagePrefetchQuery,
  createEndpointPrefetchQuery,
  prefetchEndpointOverRange,
} from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ id: string }>
  searchParams: PageSearchParams
}

const answerOf = (id: string) => fetchPageResponse('circuits/{id}', { id })

/**
 * Returns the queries of a circuit's timeline. They have the time range of the page's URL or, without one, the default
 * range of the timeline.
 */
async function timelineQueries(circuit: Circuit): Promise<PagePrefetchQuery[]> {
  const { id } = circuit
  const open = (await fetchPageResponse('incidents', createOpenIncidentsQuery(id))).data
  const now = getDatabaseNow()
  const usual = findIncidentRangeStart(open, now) ?? DEFAULT_RANGE_LENGTH
  const step = (range: TimeRange) => `${getRttColumnLengthMs(...resolveRangeEdges(range, now)) / 60_000}m`
  const bounds = ({ from, to }: TimeRange) => ({ from, to })
  return [
    prefetchEndpointOverRange('circuits/{id}/traffic', usual, (range) => [{ id, ...bounds(range) }]),
    prefetchEndpointOverRange('circuits/{id}/arp', usual, (range) => [{ id, ...bounds(range) }]),
    prefetchEndpointOverRange('events', usual, (range) => [
      { scope: id, partOf: 'none', ...bounds(range), limit: MAX_EVENTS },
    ]),
    prefetchEndpointOverRange('maintenance', usual, (range) => [{ scope: id, ...bounds(range) }]),
    prefetchEndpointOverRange('probes', usual, (range) => [{ scope: id, ...bounds(range), step: step(range) }]),
    ...[id, ...formatConnectedGateways(circuit)].map((scope) =>
      prefetchEndpointOverRange('sessions/history', usual, (range) => [{ scope, ...bounds(range) }]),
    ),
    ...listResourceIdsForChanges(circuit).flatMap((scope) => [
      prefetchEndpointOverRange('changes', usual, (range) => [{ scope, ...bounds(range) }]),
      prefetchEndpointOverRange('activity', usual, (range) => [{ scope, ...bounds(range) }]),
    ]),
  ]
}

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await decodeResourceId(place)
  return { title: await readPageTitle('Circuit', async () => (await answerOf(id)).data.name) }
}

export default async function Page(place: Place) {
  const id = await decodeResourceId(place)
  await redirectNameToId({ path: '/circuits', asked: id }, answerOf(id))
  return (
    <PageWithPrefetchedData
      queries={[
        createEndpointPrefetchQuery('circuits/{id}', { id }),
        ...createResourceQueries(id),
        createMaintenanceQuery(),
        createEndpointPrefetchQuery('circuits/{id}/parity', { id }),
        createEndpointPrefetchQuery('circuits/{id}/routers', { id }),
      ]}
      // Prefetches the sessions of the connected gateways. If the URL opens the tab with the timeline, the data of the
      // timeline is prefetched too.
      further={async () => {
        const { data: circuit } = await answerOf(id)
        const isNow = (await place.searchParams).tab === undefined
        return [
          ...formatConnectedGateways(circuit).map(createSessionsQuery),
          ...(isNow ? await timelineQueries(circuit) : []),
        ]
      }}
    >
      <CircuitPage id={id} />
    </PageWithPrefetchedData>
  )
}
