import { CustomersPage } from '#components/customers/customers-page.tsx'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Customers' }

export default function Page() {
  return (
    <Prefetched queries={[prefetch('customers')]}>
      <CustomersPage />
    </Prefetched>
  )
}
