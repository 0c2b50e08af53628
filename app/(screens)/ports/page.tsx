import { endpointQuery } from '#components/data/endpoint.ts'
import { PortsPage } from '#components/ports/ports-page.tsx'
import { listPorts } from '#lib/circuits/answers/index.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Ports' }

export default function Page() {
  return (
    <Prefetched queries={[[endpointQuery('ports').queryKey, (db) => listPorts(db, { limit: 1000 })]]}>
      <PortsPage />
    </Prefetched>
  )
}
