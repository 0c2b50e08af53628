import { endpointQuery } from '#components/data/endpoint.ts'
import { GatewaysPage } from '#components/gateways/gateways-page.tsx'
import { listGateways } from '#lib/gateways/answers/index.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Gateways' }

export default function Page() {
  return (
    <Prefetched queries={[[endpointQuery('gateways').queryKey, (db) => listGateways(db, { limit: 1000 })]]}>
      <GatewaysPage />
    </Prefetched>
  )
}
