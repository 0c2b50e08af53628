import { OverviewPage } from '#components/overview/overview-page.tsx'
import { PROBE_STEP_LENGTH } from '#components/map/probe-summary.ts'
import { PrefetchedPage } from '#app/_prefetch/prefetched-page.tsx'
import { prefetch } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Home' }

export default function Page() {
  return (
    <PrefetchedPage
      queries={[
        prefetch('overview'),
        prefetch('circuits'),
        prefetch('gateways'),
        prefetch('networks'),
        prefetch('declarations'),
        prefetch('maintenance'),
        prefetch('probes', { step: PROBE_STEP_LENGTH }),
        prefetch('circuits/history', { days: '0' }),
        prefetch('uptime', { days: '30' }),
      ]}
    >
      <OverviewPage />
    </PrefetchedPage>
  )
}
