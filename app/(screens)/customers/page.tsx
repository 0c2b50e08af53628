import { CustomersPage } from '#components/customers/customers-page.tsx'
import { createPrefetchedScreen } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Customers' }

export default createPrefetchedScreen(CustomersPage, [createEndpointPrefetchQuery('customers')])
