'use client'

import { clsx } from 'clsx'
import { parseAsString, useQueryStates } from 'nuqs'
import { useEffect, useRef } from 'react'
import { useMay } from '../access/caller.tsx'
import { ShareSnapshot } from '../snapshot/share-snapshot.tsx'
import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { aroundMoments } from '../time/range.ts'
import { useRealNow } from '../ui/times/clock.tsx'
import { clockParameters } from '../links/range-search.tsx'
import { useTimeRange } from '../time/use-time-range.ts'
import { PageAge } from '../ui/times/answer-age.tsx'
import { OwnAsnNames } from '../ui/facts/as-path.tsx'
import { InTurn } from '../ui/in-turn.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { ChurnPanel } from './churn/churn-panel.tsx'
import { DefaultRange } from '../time/usual-range.tsx'
import { DiffPanel } from './diff-panel.tsx'
import { RouteChangesPanel } from './route-changes-panel.tsx'
import { LookupPanel } from './lookup/lookup-panel.tsx'
import { TopChurnPanel } from './churn/top-churn-panel.tsx'
import { PrefixHistoryPanel } from './prefix-history-panel.tsx'
import { RouteTablePanel } from './route-table.tsx'
import { type RouteView, routesHref, routeViewOf, routeViews } from './route-views.ts'
import { useCursors } from './use-cursors.ts'

/** Route history: the churn chart on top, and the views of the tables below. Its range is around what the address asks for. */
export function RoutesPage() {
  const [{ at, a, b }] = useQueryStates({ at: parseAsString, a: parseAsString, b: parseAsString })
  const now = useRealNow(60_000)
  const moments = [at, a, b].flatMap((moment) => (moment === null ? [] : [Date.parse(moment)]))
  const known = moments.filter((moment) => !Number.isNaN(moment) && moment <= now)
  return (
    <DefaultRange range={aroundMoments(known, now)}>
      <RouteViews />
    </DefaultRange>
  )
}

function RouteViews() {
  const [address] = useQueryStates({
    view: parseAsString,
    ip: parseAsString,
    scope: parseAsString,
    prefix: parseAsString,
    a: parseAsString,
    b: parseAsString,
    ...clockParameters,
  })
  const { range } = useTimeRange()
  const mayShare = useMay('share')
  const { view: _, ...kept } = address
  const view = routeViewOf(address)
  const cursors = useCursors(view, range)
  const churn = useEndpoint('routes/churn', { scope: address.scope, from: range.from, to: range.to })
  return (
    <>
      <PageHead
        title="Routes"
        menu={mayShare && view === 'lookup' && address.ip !== null && <ShareSnapshot />}
        {...(view !== 'lookup' && { age: <PageAge answer={churn.data} /> })}
      />
      <OwnAsnNames>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
          <InTurn>
            <Tabs view={view} kept={kept} />
            {/* an answer about one address leads its page */}
            {view !== 'lookup' && <ChurnPanel range={range} scope={address.scope} cursors={cursors} />}
            <div className="min-w-0">
              {view === 'table' && <RouteTablePanel title="Routes" />}
              {view === 'lookup' && <LookupPanel range={range} />}
              {view === 'diff' && <DiffPanel range={range} />}
              {view === 'changes' && <RouteChangesPanel range={range} />}
              {view === 'history' && <PrefixHistoryPanel />}
              {view === 'churn' && <TopChurnPanel range={range} scope={address.scope} />}
            </div>
          </InTurn>
        </div>
      </OwnAsnNames>
    </>
  )
}

/** Each tab has its own address and keeps the parameters of the others. */
function Tabs({ view, kept }: { view: RouteView; kept: Record<string, string | null> }) {
  const here = useRef<HTMLAnchorElement>(null)
  // on a narrow screen the open tab may be outside the visible part
  useEffect(() => {
    const strip = here.current?.closest('nav')
    if (strip && here.current) strip.scrollLeft = here.current.offsetLeft - strip.offsetLeft - 24
  }, [view])
  return (
    <nav aria-label="Route views" className="-mt-2 overflow-x-auto">
      <ul className="flex w-max gap-1">
        {routeViews.map((tab) => (
          <li key={tab.view}>
            <PageLink
              ref={tab.view === view ? here : undefined}
              // an IP parameter would select the look-up again
              href={routesHref(tab.view, tab.view === 'table' ? { ...kept, ip: null } : kept)}
              aria-current={tab.view === view ? 'page' : undefined}
              scroll={false}
              className={clsx(
                'block rounded-md px-2.5 py-1.5 text-sm whitespace-nowrap -outline-offset-2',
                tab.view === view
                  ? 'bg-surface font-medium text-ink shadow-[inset_0_0_0_1px_var(--line-strong)]'
                  : 'text-ink-2 hover:bg-hover hover:text-ink',
              )}
            >
              {tab.name}
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
