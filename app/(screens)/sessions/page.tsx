import { SessionsPage } from '#components/sessions/sessions-page.tsx'
import { createScreenPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Sessions' }

export default createScreenPage(SessionsPage, [prefetch('sessions')], true)
