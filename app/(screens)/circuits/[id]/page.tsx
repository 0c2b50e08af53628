import type { Metadata } from 'next'
import { CircuitPage } from '#components/circuits/circuit-page.tsx'
import { changeScopes } from '#components/changes/change-scopes.ts'
import { openIncidentsOf } from '#components/incidents/list-sizes.ts'
import { columnLength } from '#components/probes/rtt-series.ts'
import { resolveEdges, rangeOfIncidents, type TimeRange, USUAL_LENGTH } from '#components/time/range.ts'
import { MAX_EVENTS } from '#components/timeline/event-tracks.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { connectedGateways } from '#lib/contract/words/connected-gateways.ts'
import { maintenanceQuery, resourceQueries, sessionsQuery } from '#app/_prefetch/resource-queries.ts'
import { pageTitleOf } from '#app/_prefetch/title.ts'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'
import { idOf, redirectNameToId } from '#app/_shared/page-address.ts'
import { ask, type PageQuery, prefetch, prefetchRange } from '#app/_prefetch/prefetch.ts'

interface Place {
  params: Promise<{ id: string }>
  searchParams: SearchParams
}

const answerOf = (id: string) => ask('circuits/{id}', { id })

/**
 * Returns the queries of a circuit's timeline. They have the time range of the page's URL or, without one, the default
 * range of the timeline.
 */
async function timelineQueries(circuit: Circuit): Promise<PageQuery[]> {
  const { id } = circuit
  const open = (await ask('incidents', openIncidentsOf(id))).data
  const now = databaseNow()
  const usual = rangeOfIncidents(open, now) ?? USUAL_LENGTH
  const step = (range: TimeRange) => `${columnLength(...resolveEdges(range, now)) / 60_000}m`
  const bounds = ({ from, to }: TimeRange) => ({ from, to })
  return [
    prefetchRange('circuits/{id}/traffic', usual, (range) => [{ id, ...bounds(range) }]),
    prefetchRange('circuits/{id}/arp', usual, (range) => [{ id, ...bounds(range) }]),
    prefetchRange('events', usual, (range) => [{ scope: id, partOf: 'none', ...bounds(range), limit: MAX_EVENTS }]),
    prefetchRange('maintenance', usual, (range) => [{ scope: id, ...bounds(range) }]),
    prefetchRange('probes', usual, (range) => [{ scope: id, ...bounds(range), step: step(range) }]),
    ...[id, ...connectedGateways(circuit)].map((scope) =>
      prefetchRange('sessions/history', usual, (range) => [{ scope, ...bounds(range) }]),
    ),
    ...changeScopes(circuit).flatMap((scope) => [
      prefetchRange('changes', usual, (range) => [{ scope, ...bounds(range) }]),
      prefetchRange('activity', usual, (range) => [{ scope, ...bounds(range) }]),
    ]),
  ]
}

export async function generateMetadata(place: Place): Promise<Metadata> {
  const id = await idOf(place)
  return { title: await pageTitleOf('Circuit', async () => (await answerOf(id)).data.name) }
}

export default async function Page(place: Place) {
  const id = await idOf(place)
  await redirectNameToId({ path: '/circuits', asked: id }, answerOf(id))
  return (
    <Prefetched
      queries={[
        prefetch('circuits/{id}', { id }),
        ...resourceQueries(id),
        maintenanceQuery(),
        prefetch('circuits/{id}/parity', { id }),
        prefetch('circuits/{id}/routers', { id }),
      ]}
      // prefetches the sessions of the connected gateways and, if the tab with the timeline opens first, the data of
      // the timeline
      further={async () => {
        const { data: circuit } = await answerOf(id)
        const isNow = (await place.searchParams).tab === undefined
        return [...connectedGateways(circuit).map(sessionsQuery), ...(isNow ? await timelineQueries(circuit) : [])]
      }}
    >
      <CircuitPage id={id} />
    </Prefetched>
  )
}
