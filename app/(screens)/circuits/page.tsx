import { CircuitsPage } from '#components/circuits/circuits-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Circuits' }

export default createScreenPage(CircuitsPage, [prefetch('circuits')])
