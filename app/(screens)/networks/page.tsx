import { endpointQuery } from '#components/data/endpoint.ts'
import { NetworksPage } from '#components/networks/networks-page.tsx'
import { listNetworks } from '#lib/networks/answers/index.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Networks' }

export default function Page() {
  return (
    <Prefetched queries={[[endpointQuery('networks').queryKey, (db) => listNetworks(db, { limit: 1000 })]]}>
      <NetworksPage />
    </Prefetched>
  )
}
