import { PortsPage } from '#components/ports/ports-page.tsx'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Ports' }

export default function Page() {
  return (
    <Prefetched queries={[prefetch('ports')]}>
      <PortsPage />
    </Prefetched>
  )
}
