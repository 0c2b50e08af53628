import { SessionsPage } from '#components/sessions/sessions-page.tsx'
import { Prefetched, type SearchParams } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Sessions' }

export default function Page({ searchParams }: { searchParams: SearchParams }) {
  return (
    <Prefetched unlessAsked={searchParams} queries={[prefetch('sessions')]}>
      <SessionsPage />
    </Prefetched>
  )
}
