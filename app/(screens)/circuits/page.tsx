import { CircuitsPage } from '#components/circuits/circuits-page.tsx'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Circuits' }

export default function Page() {
  return (
    <Prefetched queries={[prefetch('circuits')]}>
      <CircuitsPage />
    </Prefetched>
  )
}
