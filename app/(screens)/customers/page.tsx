import { CustomersPage } from '#components/customers/customers-page.tsx'
import { endpointQuery } from '#components/data/endpoint.ts'
import { listCustomers } from '#lib/customers/answers/index.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Customers' }

export default function Page() {
  return (
    <Prefetched queries={[[endpointQuery('customers').queryKey, (db) => listCustomers(db, { limit: 1000 })]]}>
      <CustomersPage />
    </Prefetched>
  )
}
