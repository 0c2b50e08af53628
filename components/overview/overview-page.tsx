'use client'

import { useEndpoint } from '../data/index.ts'
import { EstatePanel } from '../map/estate-panel.tsx'
import { AnswerView, Empty } from '../ui/answer-view.tsx'
import { InTurn } from '../ui/in-turn.tsx'
import { PageLink } from '../links/page-link.tsx'
import { Headline } from './headline.tsx'
import { IncidentsNow } from './incidents-now.tsx'
import { Rail } from './rail.tsx'
import { StartingCards } from './starting-cards.tsx'
import { hasNothingToShow } from './starting-points.ts'

export function OverviewPage() {
  const overview = useEndpoint('overview')
  const shown = overview.data?.data
  return (
    <>
      <h1 className="sr-only">Home</h1>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
        <Headline overview={shown} />
        {/* figures stand beside the map where it still has room to be drawn */}
        <div className="grid grid-cols-[minmax(0,1fr)] gap-x-5 gap-y-5 min-[86rem]:grid-cols-[minmax(0,1fr)_19rem] 4xl:grid-cols-[minmax(0,1fr)_42rem]">
          <InTurn>
            <div className="grid min-w-0 content-start gap-5">
              <AnswerView query={overview} skeleton={<div className="skeleton h-49 max-sm:h-92" />}>
                {({ data }) => (
                  <>
                    {hasNothingToShow(data) && <StartingCards />}
                    {isUnpolled(data) ? <Unpolled /> : <IncidentsNow overview={data} />}
                  </>
                )}
              </AnswerView>
              <EstatePanel problems={shown?.worstFirst} />
            </div>
            <Rail overview={shown} />
          </InTurn>
        </div>
      </div>
    </>
  )
}

const isUnpolled = ({ counts }: { counts: { sources: Record<string, number | undefined> } }) =>
  Object.values(counts.sources).every((count) => !count)

const Unpolled = () => (
  <Empty title="Nothing is polled yet">
    Peerwatch discovers gateways and circuits in the subscriptions that it can read. If this persists, check{' '}
    <PageLink href="/sources" className="link">
      Sources
    </PageLink>{' '}
    for errors from Azure, and{' '}
    <PageLink href="/setup" className="link">
      Setup
    </PageLink>{' '}
    for what is missing.
  </Empty>
)
