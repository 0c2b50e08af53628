import { HubsPage } from '#components/hubs/hubs-page.tsx'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Hubs' }

export default function Page() {
  return (
    <Prefetched queries={[prefetch('hubs')]}>
      <HubsPage />
    </Prefetched>
  )
}
