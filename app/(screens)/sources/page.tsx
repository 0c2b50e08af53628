import { SourcesPage } from '#components/sources/sources-page.tsx'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Sources' }

export default function Page() {
  return (
    <Prefetched queries={[prefetch('sources'), prefetch('slos'), prefetch('processes')]}>
      <SourcesPage />
    </Prefetched>
  )
}
