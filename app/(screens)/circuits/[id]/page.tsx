import type { Metadata } from 'next'
import { CircuitPage } from '#components/circuits/circuit-page.tsx'
import { listChangeScopes } from '#components/changes/change-scopes.ts'
import { createOpenIncidentsQuery } from '#components/incidents/incident-queries.ts'
import { getColumnLengthMs } from '#components/probes/rtt-series.ts'
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
import { PrefetchedPage, type SearchParams } from '#app/_prefetch/prefetched-page.tsx'
import { decodeResourceId, redirectNameToId } from '#app/_shared/page-address.ts'
import { computePageAnswer, type PageQuery, prefetch, prefetchRange } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ id: string }>
  searchParams: SearchParams
}

const answerOf = (id: string) => computePageAnswer('circuits/{id}', { id })

/**
 * Returns the queries of a circuit's timeline. They have the time range of the page's URL or, without one, the default
 * range of the timeline.
 */
async function timelineQueries(circuit: Circuit): Promise<PageQuery[]> {
  const { id } = circuit
  const open = (await computePageAnswer('incidents', createOpenIncidentsQuery(id))).data
  const now = getDatabaseNow()
  const usual = findIncidentRangeStart(open, now) ?? DEFAULT_RANGE_LENGTH
  const step = (range: TimeRange) => `${getColumnLengthMs(...resolveRangeEdges(range, now)) / 60_000}m`
  const bounds = ({ from, to }: TimeRange) => ({ from, to })
  return [
    prefetchRange('circuits/{id}/traffic', usual, (range) => [{ id, ...bounds(range) }]),
    prefetchRange('circuits/{id}/arp', usual, (range) => [{ id, ...bounds(range) }]),
    prefetchRange('events', usual, (range) => [{ scope: id, partOf: 'none', ...bounds(range), limit: MAX_EVENTS }]),
    prefetchRange('maintenance', usual, (range) => [{ scope: id, ...bounds(range) }]),
    prefetchRange('probes', usual, (range) => [{ scope: id, ...bounds(range), step: step(range) }]),
    ...[id, ...formatConnectedGateways(circuit)].map((scope) =>
      prefetchRange('sessions/history', usual, (range) => [{ scope, ...bounds(range) }]),
    ),
    ...listChangeScopes(circuit).flatMap((scope) => [
      prefetchRange('changes', usual, (range) => [{ scope, ...bounds(range) }]),
      prefetchRange('activity', usual, (range) => [{ scope, ...bounds(range) }]),
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
    <PrefetchedPage
      queries={[
        prefetch('circuits/{id}', { id }),
        ...createResourceQueries(id),
        createMaintenanceQuery(),
        prefetch('circuits/{id}/parity', { id }),
        prefetch('circuits/{id}/routers', { id }),
      ]}
      // prefetches the sessions of the connected gateways and, if the tab with the timeline opens first, the data of
      // the timeline
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
    </PrefetchedPage>
  )
}
