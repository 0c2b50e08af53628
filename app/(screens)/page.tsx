import { OverviewPage } from '#components/overview/overview-page.tsx'
import { PROBE_STEP } from '#components/map/probe-brief.ts'
import { hasNothingToShow, leastUsedUnlimited, thisMonth } from '#components/overview/starting-points.ts'
import type { Caller } from '#lib/contract/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { Prefetched } from '#app/_prefetch/prefetched.tsx'
import { ask, prefetch, type PageQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Home' }

/**
 * Returns the usage query of the circuit that the overview suggests for savings: the circuit on an unlimited plan with
 * the lowest utilization. Returns an empty list if the card is not shown. Without this query, loading the usage later
 * would shift the layout.
 */
async function leastUsed({ rights }: Caller): Promise<PageQuery[]> {
  if (!rights.has('read_cost') || !hasNothingToShow((await ask('overview')).data)) return []
  const circuit = leastUsedUnlimited((await ask('circuits')).data)
  return circuit ? [prefetch('circuits/{id}/usage', { id: circuit.id, ...thisMonth(databaseNow()) })] : []
}

export default function Page() {
  return (
    <Prefetched
      queries={[
        prefetch('overview'),
        prefetch('circuits'),
        prefetch('gateways'),
        prefetch('networks'),
        prefetch('declarations'),
        prefetch('maintenance'),
        prefetch('probes', { step: PROBE_STEP }),
        prefetch('circuits/history', { days: '0' }),
        prefetch('uptime', { days: '30' }),
      ]}
      further={leastUsed}
    >
      <OverviewPage />
    </Prefetched>
  )
}
