'use client'

import type { Overview } from '#lib/overview/api/index.ts'
import { CircuitTable } from '../circuits/circuit-table.tsx'
import { useEndpoint } from '../data/index.ts'
import { EventList } from '../events/event-list.tsx'
import { formatBitRate, plural } from '../format/quantity.ts'
import { EstatePanel } from '../map/estate-panel.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { CountTile } from '../ui/facts/counts.tsx'
import { InTurn } from '../ui/in-turn.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { Panel } from '../ui/panel.tsx'
import { circuitCounts, gatewayCounts, overviewHeadline, sessionCounts, sourceCounts } from './counts.ts'
import { More } from './more.tsx'
import { OpenNow } from './open-now.tsx'
import { ProblemList } from './problem-list.tsx'
import { collectorFirst } from './problem-words.ts'
import { StartingCards } from './starting-cards.tsx'
import { hasNothingToShow } from './starting-points.ts'
import type { CostHeadline } from '#lib/cost/api/index.ts'
import { Moment } from '../ui/times/time.tsx'
import { advisedChanges, missingCircuits, monthsCost } from './cost-words.ts'
import { PageLink } from '../links/page-link.tsx'
import { whatIfHref } from '../links/what-if-href.ts'
import { losing, strands } from './loss-words.ts'
import { useScopeNames } from '../time/data-gaps.tsx'
import { aboutWords, inOrder, originWords } from '../maintenance/window-words.ts'

export function OverviewPage() {
  const overview = useEndpoint('overview')
  const shown = overview.data?.data
  return (
    <>
      <PageHead
        title="Overview"
        since={shown ? overviewHeadline(shown) : <span className="skeleton inline-block h-4 w-64 align-middle" />}
        age={<PageAge answer={overview.data} />}
      />
      <div className="grid gap-4">
        <InTurn>
          <>
            <AnswerView query={overview} skeleton={<CountsSkeleton />}>
              {({ data }) => <Counts overview={data} />}
            </AnswerView>
            {shown && <OpenNow incidents={shown.incidents} />}
            {shown && <OtherProblems overview={shown} />}
            <MaintenanceLine />
            {shown?.cost && <CostLine cost={shown.cost} />}
            {shown?.worstLosses && <LossLine worst={shown.worstLosses} />}
          </>
          <EstatePanel problems={shown?.worstFirst} />
          <Circuits />
          <>
            <Panel title="Last 24 hours" flush aside={<More href="/events?range=24h">All events</More>}>
              <AnswerView query={overview} skeleton={<SkeletonRows rows={3} height="3.25rem" />}>
                {({ data }) => <EventList events={data.recentEvents.slice(0, SHOWN_EVENTS)} />}
              </AnswerView>
            </Panel>
            {shown && hasNothingToShow(shown) && <StartingCards />}
          </>
        </InTurn>
      </div>
    </>
  )
}

/** Events shown at once; the rest is in the log. */
const SHOWN_EVENTS = 6

/** What is wrong beside the open incidents; nothing while all is well, which the headline says. */
function OtherProblems({ overview: { worstFirst, counts } }: { overview: Overview }) {
  const problems = collectorFirst(worstFirst.filter(({ incidentId }) => incidentId === null))
  const polled = Object.values(counts.sources).reduce((sum, count) => sum + count, 0)
  if (problems.length === 0 && polled > 0) return null
  return (
    <Panel title={worstFirst.length > problems.length ? 'Problems without an incident' : 'Problems'} flush>
      <ProblemList problems={problems} />
    </Panel>
  )
}

function Circuits() {
  const circuits = useEndpoint('circuits')
  return (
    <Panel
      title="Circuits"
      flush
      note={circuits.data && <Traffic circuits={circuits.data.data} />}
      answer={circuits.data}
    >
      <AnswerView query={circuits} skeleton={<SkeletonRows rows={5} height="3.25rem" />}>
        {({ data }) => <CircuitTable circuits={data} />}
      </AnswerView>
    </Panel>
  )
}

/** Total traffic of all circuits, from the last two counter samples. */
function Traffic({
  circuits,
}: {
  circuits: { paths: { bitsInPerSecond: number | null; bitsOutPerSecond: number | null }[] }[]
}) {
  const paths = circuits.flatMap((circuit) => circuit.paths)
  const known = paths.filter(
    ({ bitsInPerSecond, bitsOutPerSecond }) => bitsInPerSecond !== null && bitsOutPerSecond !== null,
  )
  if (known.length === 0) return null
  const bitsIn = known.reduce((sum, { bitsInPerSecond }) => sum + (bitsInPerSecond ?? 0), 0)
  const bitsOut = known.reduce((sum, { bitsOutPerSecond }) => sum + (bitsOutPerSecond ?? 0), 0)
  return (
    <>
      <span className="font-mono text-ink">{formatBitRate(bitsIn)}</span> to Azure,{' '}
      <span className="font-mono text-ink">{formatBitRate(bitsOut)}</span> from Azure (billed)
      {known.length < paths.length && `, on ${known.length} of ${plural(paths.length, 'path')}`}
    </>
  )
}

function Counts({ overview: { counts } }: { overview: Overview }) {
  const never = counts.sessions.never_established ?? 0
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      <CountTile name="circuits" href="/circuits" counts={circuitCounts(counts)} />
      <CountTile name="gateways" href="/gateways" counts={gatewayCounts(counts)} />
      <CountTile
        name="sessions"
        href="/sessions"
        counts={sessionCounts(counts.sessions)}
        note={never > 0 ? `${never} never connected (not counted)` : null}
      />
      <CountTile name="polls" href="/sources" counts={sourceCounts(counts.sources)} />
    </div>
  )
}

function CountsSkeleton() {
  return (
    <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      {['circuits', 'gateways', 'sessions', 'polls'].map((name) => (
        <div key={name} className="h-32 rounded-lg border bg-surface p-3.5">
          <span className="skeleton block h-6 w-1/2" />
          <span className="skeleton mt-3 block h-1.5 w-full" />
          <span className="skeleton mt-3 block h-3 w-2/3" />
        </div>
      ))}
    </div>
  )
}

/** This month's cost of the circuits, and recommended plan changes. */
function CostLine({ cost }: { cost: CostHeadline }) {
  return (
    <section
      aria-label="Cost this month"
      className="flex flex-wrap items-baseline gap-x-4 gap-y-1 rounded-lg border bg-surface px-3.5 py-2.5 text-sm"
    >
      <span className="text-ink-2">
        Circuits in {cost.month}: <span className="font-medium text-ink">{monthsCost(cost)}</span>, as of{' '}
        <Moment at={cost.asOf} />. {missingCircuits(cost)}
      </span>
      <span className="text-ink-2">{advisedChanges(cost)}</span>
      <span className="ml-auto">
        <More href="/cost">Cost review</More>
      </span>
    </section>
  )
}

/** What the worst single losses would strand; each leads to its what-if. */
function LossLine({ worst }: { worst: NonNullable<Overview['worstLosses']> }) {
  return (
    <section
      aria-label="Worst single loss"
      className="flex flex-wrap items-baseline gap-x-4 gap-y-1 rounded-lg border bg-surface px-3.5 py-2.5 text-sm"
    >
      <p className="min-w-0 flex-1 basis-64 text-ink-2">
        {worst.cases.length === 0 && 'No single loss strands a prefix'}
        {worst.cases.map((one, n) => (
          <span key={one.term}>
            {n > 0 && '. '}
            <PageLink href={whatIfHref({ lose: [one.term], change: [] })} className="link font-medium">
              {losing(one)}
            </PageLink>{' '}
            {strands(one)}
          </span>
        ))}
        , as of <Moment at={worst.at} />.
      </p>
      <span className="ml-auto">
        <More href="/resilience?tab=what-if">All losses</More>
      </span>
    </section>
  )
}

/** The maintenance that is on, or else the next one; nothing where there is neither. */
function MaintenanceLine() {
  const nameOf = useScopeNames()
  const windows = inOrder(useEndpoint('maintenance').data?.data ?? [])
  const open = windows.filter(({ state }) => state === 'now')
  const [first] = open.length > 0 ? open : windows.filter(({ state }) => state === 'upcoming')
  if (!first) return null
  return (
    <section
      aria-label="Maintenance"
      className="flex flex-wrap items-baseline gap-x-4 gap-y-1 rounded-lg border bg-surface px-3.5 py-2.5 text-sm"
    >
      <p className="min-w-0 flex-1 basis-64 text-ink-2">
        {first.state === 'now' ? 'Maintenance now' : 'Next maintenance'}:{' '}
        <span className="font-medium text-ink">{first.title}</span> ({aboutWords(first, nameOf)}),{' '}
        {first.state === 'now' ? 'until ' : 'from '}
        <Moment at={first.state === 'now' ? first.to : first.from} />, {originWords(first)}
        {open.length > 1 && `; ${open.length - 1} more now`}
      </p>
      <span className="ml-auto">
        <More href="/settings/maintenance">All maintenance</More>
      </span>
    </section>
  )
}
