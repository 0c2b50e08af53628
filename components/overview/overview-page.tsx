'use client'

import { useEndpointQuery } from '../data/index.ts'
import { AlertingFailureBanner } from '../alerting/alerting-faults.tsx'
import { EstateMapPanel } from '../map/estate-panel.tsx'
import { QueryStateView, EmptyNote } from '../ui/answer-view.tsx'
import { createLazyComponent } from '../ui/lazy-part.tsx'
import { SequentialHydration } from '../ui/sequential-hydration.tsx'
import { VeryWideRow } from '../ui/very-wide-row.tsx'
import { PageLink } from '../links/page-link.tsx'
import { findFurtherProblemsHref } from './further-problems.ts'
import { IncidentsNow } from './incidents-now.tsx'
import { LastKnownBanner } from './last-known-banner.tsx'
import { OverviewKeyFigureColumn } from './overview-figures.tsx'
import { ThingsToTry } from './things-to-try.tsx'
import { DataTrustLinks } from './data-trust-links.tsx'
import { clsx } from 'clsx'
import type { EstateOverview } from '#lib/overview/api/index.ts'
import { FURTHER_PROBLEMS, formatHeadline } from '#lib/overview/api/headline-sentence.ts'
import { formatMoment, formatZoneLabel } from '../format/instant.ts'
import { StateSymbol, type StateTone } from '../ui/drawing/glyph.tsx'
import { useZone } from '../ui/preferences.tsx'
import { useTickingText } from '../ui/times/page-clock.tsx'

const LatestActivity = createLazyComponent(() => import('./latest-activity.tsx').then((part) => part.LatestActivity))

export function OverviewPage() {
  const overview = useEndpointQuery('overview')
  const shown = overview.data?.data
  return (
    <>
      <h1 className="sr-only">Home</h1>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <Headline overview={shown} />
        <AlertingFailureBanner />
        <LastKnownBanner problems={shown?.worstFirst} />
        <DataTrustLinks />
        <ThingsToTry />
        {/* on a wide screen the figures are next to the map, on a very wide screen the incidents, too. Paper has the figures above the map,
            because they fill the page of the incidents, and the map may need a page of its own. A grid would print the figures over a map that begins a page. */}
        <div className="grid grid-cols-[minmax(0,1fr)] gap-x-5 gap-y-5 min-[86rem]:grid-cols-[minmax(0,1fr)_19rem] 4xl:grid-cols-[minmax(0,1fr)_26rem] 5xl:grid-cols-[48rem_minmax(0,1fr)_26rem] print:flex print:flex-col">
          <SequentialHydration>
            <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-5 5xl:contents print:contents">
              <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-5 5xl:content-stretch print:-order-2">
                <QueryStateView query={overview} skeleton={<div className="skeleton h-6" />}>
                  {({ data }) => (isUnpolled(data) ? <Unpolled /> : <IncidentsNow overview={data} />)}
                </QueryStateView>
              </div>
              <EstateMapPanel problems={shown?.worstFirst} />
            </div>
            <OverviewKeyFigureColumn overview={shown} />
          </SequentialHydration>
        </div>
        <VeryWideRow>
          <LatestActivity />
        </VeryWideRow>
      </div>
    </>
  )
}

const isUnpolled = ({ counts }: { counts: { sources: Record<string, number | undefined> } }) =>
  Object.values(counts.sources).every((count) => !count)

const Unpolled = () => (
  <EmptyNote title="Nothing is polled yet">
    Peerwatch discovers gateways and circuits in the subscriptions that it can read. If this persists, check{' '}
    <PageLink href="/sources" className="link">
      Sources
    </PageLink>{' '}
    for errors from Azure, and{' '}
    <PageLink href="/setup" className="link">
      Setup
    </PageLink>{' '}
    for what is missing.
  </EmptyNote>
)

const tones: Record<EstateOverview['headline']['severity'], StateTone> = {
  down: 'down',
  degraded: 'degraded',
  unknown: 'unknown',
  maintenance: 'off',
  up: 'up',
}

const fields: Record<StateTone, string> = {
  down: 'border-down-mark bg-down-soft',
  degraded: 'border-degraded-mark bg-degraded-soft',
  unknown: 'border-line-strong bg-sunken',
  off: 'border-off-mark bg-sunken',
  up: 'border-up-mark bg-up-soft',
  notice: 'border-line-strong bg-sunken',
}

/**
 * Headline of the page: one sentence about the state of all monitored resources, with the time since which the state
 * applies. It has the color of the worst severity.
 */
function Headline({ overview }: { overview: EstateOverview | undefined }) {
  const headline = overview?.headline
  const below = overview && secondLine(overview)
  const tone = headline ? tones[headline.severity] : 'notice'
  return (
    <div
      className={clsx(
        // the minimum height fits two lines on a phone
        'flex min-h-20 items-center gap-3 rounded-lg border-l-4 px-4 py-3 max-sm:min-h-24',
        fields[tone],
      )}
    >
      <StateSymbol tone={tone} className="size-4" />
      <div className="min-w-0">
        <p data-headline className="text-2xl font-semibold tracking-tight text-balance max-sm:text-xl">
          {headline ? <Sentence headline={headline} /> : <span className="skeleton block h-7 w-96 max-w-full" />}
        </p>
        {below && (
          <p className="text-sm text-ink-2 first-letter:uppercase">
            {below.split(FURTHER_PROBLEMS).map((part) =>
              FURTHER_PROBLEMS.test(part) ? (
                <PageLink key={part} href={findFurtherProblemsHref(overview.worstFirst)} className="link">
                  {part}
                </PageLink>
              ) : (
                part
              ),
            )}
          </p>
        )}
      </div>
    </div>
  )
}

/** Returns the line below the headline: the impact of the headline's own incident, and further problems. */
function secondLine({ headline: { more, incidentId }, incidents }: EstateOverview): string {
  const own = incidents.open.find(({ id }) => id === incidentId)?.impact.summary
  return [own?.replace(/\.$/, ''), more && (own ? `also: ${more}` : more)].filter(Boolean).join(' · ')
}

function Sentence({ headline }: { headline: EstateOverview['headline'] }) {
  const zone = useZone()
  const words = useTickingText((now) =>
    formatHeadline(
      { ...headline, more: null },
      now,
      (at) => `${formatMoment(Date.parse(at), zone, now)} ${formatZoneLabel(Date.parse(at), zone)}`,
    ),
  )
  return <span suppressHydrationWarning>{words}</span>
}
