import CalendarIcon from 'lucide-react/icons/calendar'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { MaintenanceLossForecastInterval } from '#lib/resilience/api/outlook.ts'
import { hasSignificantEffect } from '#lib/resilience/api/outlook-text.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { useNowInSteps } from '../ui/times/page-clock.tsx'
import { PlannedRange } from '../ui/times/time.tsx'

const WEEKS_AHEAD = '/resilience?tab=weeks-ahead'

/**
 * Line about a future time interval in which maintenance will interrupt traffic: `Ahead, Thu 02:00 – 04:00 UTC:
 * erc-lon maintenance: 14 prefixes cut off`. It has the symbol of a calendar, because it is not a present state.
 */
export const UpcomingOutageLine = ({
  interval,
  className = '',
}: {
  interval: MaintenanceLossForecastInterval
  className?: string
}) => {
  const now = useNowInSteps(MS_PER_MINUTE)
  return (
    <PageLink href={WEEKS_AHEAD} className={`inline-flex min-w-0 items-baseline gap-1.5 hover:underline ${className}`}>
      <CalendarIcon aria-hidden className="size-3 shrink-0 self-center" />
      <span className="min-w-0">
        {Date.parse(interval.from) <= now ? 'Now, ' : 'Ahead, '}
        <PlannedRange from={interval.from} to={interval.to} />: {interval.summary}
      </span>
    </PageLink>
  )
}

/**
 * Returns the time intervals in which maintenance will interrupt traffic and that begin within `withinMs` milliseconds.
 * Returns an empty list if the page shows the past or the data is not loaded.
 */
export function useUpcomingLosses(withinMs: number): MaintenanceLossForecastInterval[] {
  const isNow = useSelectedPastMoment() === null
  const now = useNowInSteps(MS_PER_MINUTE)
  const intervals = useEndpointQuery('resilience/outlook').data?.data.intervals ?? []
  return isNow ? intervals.filter((one) => hasSignificantEffect(one) && Date.parse(one.from) < now + withinMs) : []
}

/**
 * Lists the first outages that announced maintenance will cause for a resource in the next four weeks; renders nothing
 * if there are none.
 */
export function UpcomingOutageList({ scope }: { scope: string }) {
  const isNow = useSelectedPastMoment() === null
  const { windows = [], intervals = [] } = useEndpointQuery('resilience/outlook').data?.data ?? {}
  const own = new Set(
    windows.flatMap(({ id, scopes, takes }) =>
      scopes.includes(scope) || takes.some((one) => one.id === scope) ? [id] : [],
    ),
  )
  const found = intervals.filter((one) => hasSignificantEffect(one) && one.windows.some((id) => own.has(id)))
  if (!isNow || found.length === 0) return null
  return (
    <section aria-label="Weeks ahead" className="grid gap-1 px-3.5 py-2 text-xs">
      {found.slice(0, 3).map((one) => (
        <UpcomingOutageLine key={`${one.from} ${one.windows.join(' ')}`} interval={one} />
      ))}
      {found.length > 3 && (
        <PageLink href={WEEKS_AHEAD} className="link text-ink-2">
          {found.length - 3} more in the weeks ahead
        </PageLink>
      )}
    </section>
  )
}
