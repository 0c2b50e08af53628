import { MINUTE } from '#lib/contract/time/time.ts'
import type { OutlookInterval } from '#lib/resilience/api/outlook.ts'
import { hasSignificantEffect } from '#lib/resilience/api/outlook-text.ts'
import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useAsOf } from '../links/page-selection-provider.tsx'
import { Glyph } from '../ui/drawing/glyph.tsx'
import { useNowInSteps } from '../ui/times/page-clock.tsx'
import { PlannedRange } from '../ui/times/time.tsx'
import { outlookLevelTones } from './outlook-level-text.ts'

const WEEKS_AHEAD = '/resilience?tab=weeks-ahead'

/**
 * Line about a future time interval in which maintenance will interrupt traffic: `Thu 02:00 – 04:00 UTC
 * erc-lon maintenance: 14 prefixes cut off`.
 */
export const UpcomingLoss = ({ interval, className = '' }: { interval: OutlookInterval; className?: string }) => (
  <PageLink href={WEEKS_AHEAD} className={`inline-flex min-w-0 items-baseline gap-1.5 hover:underline ${className}`}>
    <Glyph tone={outlookLevelTones[interval.level]} />
    <span className="min-w-0">
      <PlannedRange from={interval.from} to={interval.to} /> {interval.summary}
    </span>
  </PageLink>
)

/**
 * Returns the time intervals in which maintenance will interrupt traffic and that begin within `withinMs` milliseconds.
 * Returns an empty list if the page shows the past or the data is not loaded.
 */
export function useUpcomingLosses(withinMs: number): OutlookInterval[] {
  const isNow = useAsOf() === null
  const now = useNowInSteps(MINUTE)
  const intervals = useEndpoint('resilience/outlook').data?.data.intervals ?? []
  return isNow ? intervals.filter((one) => hasSignificantEffect(one) && Date.parse(one.from) < now + withinMs) : []
}

/**
 * Lists the first outages that announced maintenance will cause for a resource in the next four weeks; renders nothing
 * if there are none.
 */
export function UpcomingLosses({ scope }: { scope: string }) {
  const isNow = useAsOf() === null
  const { windows = [], intervals = [] } = useEndpoint('resilience/outlook').data?.data ?? {}
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
        <UpcomingLoss key={`${one.from} ${one.windows.join(' ')}`} interval={one} />
      ))}
      {found.length > 3 && (
        <PageLink href={WEEKS_AHEAD} className="link text-ink-2">
          {found.length - 3} more in the weeks ahead
        </PageLink>
      )}
    </section>
  )
}
