import { CustomersPage } from '#components/customers/customers-page.tsx'
import { screenPage } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Customers' }

export default screenPage(CustomersPage, [prefetch('customers')])
