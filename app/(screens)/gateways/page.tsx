import { GatewaysPage } from '#components/gateways/gateways-page.tsx'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Gateways' }

export default function Page() {
  return (
    <Prefetched queries={[prefetch('gateways')]}>
      <GatewaysPage />
    </Prefetched>
  )
}
