import { OverviewPage } from '#components/overview/overview-page.tsx'
import { PROBE_STEP_LENGTH } from '#components/map/probe-summary.ts'
import { PrefetchedPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetchEndpoint } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Home' }

export default function Page() {
  return (
    <PrefetchedPage
      queries={[
        prefetchEndpoint('overview'),
        prefetchEndpoint('circuits'),
        prefetchEndpoint('gateways'),
        prefetchEndpoint('networks'),
        prefetchEndpoint('declarations'),
        prefetchEndpoint('maintenance'),
        prefetchEndpoint('probes', { step: PROBE_STEP_LENGTH }),
        prefetchEndpoint('circuits/history', { days: '0' }),
        prefetchEndpoint('uptime', { days: '30' }),
      ]}
    >
      <OverviewPage />
    </PrefetchedPage>
  )
}
