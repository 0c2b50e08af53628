import type { Metadata } from 'next'
import { CustomerReport } from '#components/customers/customer-report.tsx'
import { OPEN_INCIDENTS } from '#components/customers/customer-words.ts'
import { endpointQuery } from '#components/data/endpoint.ts'
import { type Db, narrowed, readerOf, withoutOthers } from '#lib/questions/index.ts'
import { getIncidents } from '#lib/incidents/answers/index.ts'
import { listCircuits } from '#lib/circuits/answers/index.ts'
import { listCustomers } from '#lib/customers/answers/index.ts'
import { listGateways } from '#lib/gateways/answers/index.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import { Prefetched, type PageQuery } from '#app/_prefetch/prefetched.tsx'

interface Place {
  params: Promise<{ name: string }>
}

const nameOf = async ({ params }: Place) => decodeURIComponent((await params).name)

export async function generateMetadata(place: Place): Promise<Metadata> {
  return { title: await nameOf(place) }
}

export default async function Page(place: Place) {
  const name = await nameOf(place)
  const own = { customer: name }
  const all = { limit: 1000 }
  const ofCustomer =
    (answer: (db: Db) => Promise<unknown>): PageQuery[1] =>
    async (_, caller) => {
      const db = await readerOf(narrowed(caller.scope, name))
      return withoutOthers(db, await answer(db))
    }
  return (
    <Prefetched
      queries={[
        [endpointQuery('customers').queryKey, (db) => listCustomers(db, all)],
        [endpointQuery('circuits', own).queryKey, ofCustomer((db) => listCircuits(db, all))],
        [endpointQuery('gateways', own).queryKey, ofCustomer((db) => listGateways(db, all))],
        [endpointQuery('sessions', own).queryKey, ofCustomer((db) => listSessions(db, all))],
        [
          endpointQuery('incidents', { ...OPEN_INCIDENTS, ...own }).queryKey,
          ofCustomer((db) => getIncidents(db, OPEN_INCIDENTS)),
        ],
      ]}
    >
      <CustomerReport name={name} />
    </Prefetched>
  )
}
