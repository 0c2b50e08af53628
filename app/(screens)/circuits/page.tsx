import { endpointQuery } from '#components/data/endpoint.ts'
import { CircuitsPage } from '#components/circuits/circuits-page.tsx'
import { listCircuits } from '#lib/circuits/answers/index.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Circuits' }

export default function Page() {
  return (
    <Prefetched queries={[[endpointQuery('circuits').queryKey, (db) => listCircuits(db, { limit: 1000 })]]}>
      <CircuitsPage />
    </Prefetched>
  )
}
