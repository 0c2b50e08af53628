import { NetworksPage } from '#components/networks/networks-page.tsx'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Virtual networks' }

export default function Page() {
  return (
    <Prefetched queries={[prefetch('networks')]}>
      <NetworksPage />
    </Prefetched>
  )
}
