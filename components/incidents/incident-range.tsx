import type { ReactNode } from 'react'
import { useEndpointQuery } from '../data/index.ts'
import { findIncidentRangeStart } from '../time/time-range.ts'
import { DefaultRangeProvider } from '../time/default-range.tsx'
import { useNowInSteps } from '../ui/times/page-clock.tsx'
import { createOpenIncidentsQuery } from './incident-queries.ts'

/**
 * Sets the default time range of the charts inside. If the resource has a recent open incident, the range begins before
 * the incident and ends now; otherwise it has the usual length.
 * @param subject session of the resource, so that only incidents of this session count; null = all incidents of the
 *   resource
 */
export function IncidentRange({
  scope,
  subject = null,
  children,
}: {
  scope: string
  subject?: string | null
  children: ReactNode
}) {
  const open = useEndpointQuery('incidents', createOpenIncidentsQuery(scope, subject)).data?.data ?? []
  const now = useNowInSteps(60_000)
  const from = findIncidentRangeStart(open, now)
  return (
    <DefaultRangeProvider range={from === null ? null : { from, to: null }} isIncident>
      {children}
    </DefaultRangeProvider>
  )
}
