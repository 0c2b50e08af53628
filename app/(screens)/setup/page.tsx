import { SetupPage } from '#components/setup/setup-page.tsx'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Setup' }

export default function Page() {
  return (
    <Prefetched right="settings" queries={[prefetch('setup')]}>
      <SetupPage />
    </Prefetched>
  )
}
