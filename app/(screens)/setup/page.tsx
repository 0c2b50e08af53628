import { SetupPage } from '#components/setup/setup-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Setup' }

export default createScreenPage(SetupPage, [prefetch('setup')], false, 'settings')
