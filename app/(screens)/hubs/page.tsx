import { endpointQuery } from '#components/data/endpoint.ts'
import { HubsPage } from '#components/hubs/hubs-page.tsx'
import { listHubs } from '#lib/gateways/answers/index.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Hubs' }

export default function Page() {
  return (
    <Prefetched queries={[[endpointQuery('hubs').queryKey, (db) => listHubs(db, { limit: 1000 })]]}>
      <HubsPage />
    </Prefetched>
  )
}
