'use client'

import { clsx } from 'clsx'
import dynamic from 'next/dynamic'
import { parseAsString, useQueryStates } from 'nuqs'
import { useHasRight } from '../access/caller.tsx'
import { ShareSnapshot } from '../snapshot/share-snapshot.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { TabsOfLinks } from '../links/link-tabs.tsx'
import { findRangeAround } from '../time/time-range.ts'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { timeParameterParsers } from '../links/page-selection-provider.tsx'
import { useTimeRange } from '../time/use-time-range.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { OwnAsnNamesProvider } from '../ui/facts/as-path.tsx'
import { SequentialHydration } from '../ui/sequential-hydration.tsx'
import { PrintButton } from '../paper/print-button.tsx'
import { PageHeader } from '../ui/page-head.tsx'
import { ChurnPanel } from './churn/churn-panel.tsx'
import { DefaultRangeProvider } from '../time/default-range.tsx'
import { LookupPanel } from './lookup/lookup-panel.tsx'
import { buildRoutesHref, findRoutesPageTab, routesPageTabs } from './route-views.ts'
import { useTimeCursors } from './use-cursors.ts'

// the code of these views is loaded only when the user opens them
const TopChurnPanel = dynamic(() => import('./churn/top-churn-panel.tsx').then((part) => part.TopChurnPanel))
const DiffPanel = dynamic(() => import('./diff-panel.tsx').then((part) => part.DiffPanel))
const PrefixHistoryPanel = dynamic(() => import('./prefix-history-panel.tsx').then((part) => part.PrefixHistoryPanel))
const RouteChangesPanel = dynamic(() => import('./route-changes-panel.tsx').then((part) => part.RouteChangesPanel))
const RouteTablePanel = dynamic(() => import('./route-table.tsx').then((part) => part.RouteTablePanel))

const LAST_DAY = { from: '24h', to: null }

/**
 * Page to investigate routes. Its first view is the lookup of an address; most other views have a chart of route
 * changes above. If the URL contains moments (the page time, or the compared times A and B), the default time range
 * includes them.
 */
export function RoutesPage() {
  const [{ view, at, a, b }] = useQueryStates({
    view: parseAsString,
    at: parseAsString,
    a: parseAsString,
    b: parseAsString,
  })
  const now = useRealNow(60_000)
  const moments = [at, a, b].flatMap((moment) => (moment === null ? [] : [Date.parse(moment)]))
  const known = moments.filter((moment) => !Number.isNaN(moment) && moment <= now)
  return (
    // By default, the comparison view shows one day, so that both compared times are in the chart.
    <DefaultRangeProvider range={findRangeAround(known, now) ?? (view === 'diff' ? LAST_DAY : null)}>
      <RouteViews />
    </DefaultRangeProvider>
  )
}

function RouteViews() {
  const [address] = useQueryStates({
    view: parseAsString,
    ip: parseAsString,
    scope: parseAsString,
    prefix: parseAsString,
    within: parseAsString,
    origin: parseAsString,
    asn: parseAsString,
    table: parseAsString,
    neighbor: parseAsString,
    cursor: parseAsString,
    paths: parseAsString,
    a: parseAsString,
    b: parseAsString,
    ...timeParameterParsers,
  })
  const { range } = useTimeRange()
  const mayShare = useHasRight('share')
  const { view: _, cursor: __, ...kept } = address
  const view = findRoutesPageTab(address)
  const cursors = useTimeCursors(view, range)
  const churn = useEndpointQuery('routes/churn', { scope: address.scope, from: range.from, to: range.to })
  return (
    <>
      <PageHeader
        title="Investigate"
        actions={
          view === 'lookup' &&
          address.ip !== null && (
            <>
              <PrintButton />
              {mayShare && <ShareSnapshot />}
            </>
          )
        }
        {...(view !== 'lookup' && {
          // The note "may still change" is left out of the page head, because the panel of the view shows it for its
          // own result.
          age: <PageAge answer={churn.data && { ...churn.data, settled: undefined }} />,
        })}
      />
      <TabsOfLinks
        label="Route views"
        current={view}
        tabs={routesPageTabs.map(({ view: id, name }) => ({
          id,
          name,
          href: buildRoutesHref(id, kept),
        }))}
      />
      <OwnAsnNamesProvider>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <SequentialHydration>
            {/* the lookup and the prefix history have their result at the top, without this chart above */}
            {view !== 'lookup' && view !== 'history' && (
              // On a phone, the list of the view is above the chart, except in the comparison. The chart waits for the
              // answer, so that the list does not move it.
              <div
                className={clsx(
                  'min-w-0',
                  view !== 'diff' && 'max-sm:order-last',
                  view !== 'diff' && churn.data === undefined && 'max-sm:hidden',
                )}
              >
                <ChurnPanel range={range} scope={address.scope} cursors={cursors} />
              </div>
            )}
            <div className="min-w-0">
              {view === 'table' && <RouteTablePanel title="Routes" />}
              {view === 'lookup' && <LookupPanel range={range} />}
              {view === 'diff' && <DiffPanel range={range} />}
              {view === 'changes' && <RouteChangesPanel range={range} />}
              {view === 'history' && <PrefixHistoryPanel />}
              {view === 'churn' && <TopChurnPanel range={range} scope={address.scope} />}
            </div>
          </SequentialHydration>
        </div>
      </OwnAsnNamesProvider>
    </>
  )
}
