import { endpointQuery } from '#components/data/endpoint.ts'
import { SetupPage } from '#components/setup/setup-page.tsx'
import { settings } from '#lib/platform/settings.ts'
import { getSetup } from '#lib/setup/answers/index.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'

export const metadata = { title: 'Setup' }

export default function Page() {
  const { subscriptions } = settings().azure
  return (
    <Prefetched
      right="settings"
      queries={[[endpointQuery('setup').queryKey, (db) => getSetup(db, subscriptions === 'all' ? [] : subscriptions)]]}
    >
      <SetupPage />
    </Prefetched>
  )
}
