import { OverviewPage } from '#components/overview/overview-page.tsx'
import { PROBE_STEP_LENGTH } from '#components/map/probe-summary.ts'
import { PageWithPrefetchedData } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Home' }

export default function Page() {
  return (
    <PageWithPrefetchedData
      queries={[
        createEndpointPrefetchQuery('overview'),
        createEndpointPrefetchQuery('circuits'),
        createEndpointPrefetchQuery('gateways'),
        createEndpointPrefetchQuery('networks'),
        createEndpointPrefetchQuery('declarations'),
        createEndpointPrefetchQuery('maintenance'),
        createEndpointPrefetchQuery('probes', { step: PROBE_STEP_LENGTH }),
        createEndpointPrefetchQuery('circuits/history', { days: '0' }),
        createEndpointPrefetchQuery('uptime', { days: '30' }),
      ]}
    >
      <OverviewPage />
    </PageWithPrefetchedData>
  )
}
