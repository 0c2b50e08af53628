import { endpointQuery } from '#components/data/endpoint.ts'
import { RoutersPage } from '#components/routers/routers-page.tsx'
import { listRouters } from '#lib/queries/index.ts'
import { Prefetched } from '../_prefetch/prefetched.tsx'

export const metadata = { title: 'Routers' }

export default function Page() {
  return (
    <Prefetched queries={[[endpointQuery('routers').queryKey, (db) => listRouters(db, { limit: 1000 })]]}>
      <RoutersPage />
    </Prefetched>
  )
}
