import { circuitQuery, sessionsQuery } from '#components/data/query-options.ts'
import { CircuitPage } from '#components/circuits/circuit-page.tsx'
import { getCircuit, listSessions } from '#lib/answers/index.ts'
import { Prefetched } from '../../_prefetch/prefetched.tsx'

export const metadata = { title: 'Circuit' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const id = decodeURIComponent((await params).id)
  return (
    <Prefetched
      questions={[
        [circuitQuery(id).queryKey, (db) => getCircuit(db, id)],
        [sessionsQuery({ scope: id }).queryKey, (db) => listSessions(db, { scope: id, limit: 1000 })],
      ]}
    >
      <CircuitPage id={id} />
    </Prefetched>
  )
}
