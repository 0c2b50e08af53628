import { OverviewPage } from '#components/overview/overview-page.tsx'
import { PROBE_STEP_LENGTH } from '#components/map/probe-brief.ts'
import { hasNothingToShow, findLeastUsedUnlimited, createMonthQuery } from '#components/overview/starting-points.ts'
import type { Caller } from '#lib/contract/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { PrefetchedPage } from '#app/_prefetch/prefetched.tsx'
import { computePageAnswer, prefetch, type PageQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Home' }

/**
 * Returns the usage query of the circuit that the overview suggests for savings: the circuit on an unlimited plan with
 * the lowest utilization. Returns an empty list if the card is not shown. Without this query, loading the usage later
 * would shift the layout.
 */
async function leastUsed({ rights }: Caller): Promise<PageQuery[]> {
  if (!rights.has('read_cost') || !hasNothingToShow((await computePageAnswer('overview')).data)) return []
  const circuit = findLeastUsedUnlimited((await computePageAnswer('circuits')).data)
  return circuit ? [prefetch('circuits/{id}/usage', { id: circuit.id, ...createMonthQuery(getDatabaseNow()) })] : []
}

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
      further={leastUsed}
    >
      <OverviewPage />
    </PrefetchedPage>
  )
}
