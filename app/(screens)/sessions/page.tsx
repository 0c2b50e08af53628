import { SessionsPage } from '#components/sessions/sessions-page.tsx'
import { screenPage } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Sessions' }

export default screenPage(SessionsPage, [prefetch('sessions')], true)
