import { CustomersPage } from '#components/customers/customers-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Customers' }

export default createScreenPage(CustomersPage, [prefetch('customers')])
