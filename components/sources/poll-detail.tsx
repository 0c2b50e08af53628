import XIcon from 'lucide-react/icons/x'
import { useEffect, useRef, useState } from 'react'
import type { PollKind } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { ApiPolledSource } from '#lib/setup/api/index.ts'
import { formatPollKind, formatPollOutcome } from '#lib/contract/words/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { QueryStateView } from '../ui/answer-view.tsx'
import { IconButton } from '../ui/button.tsx'
import { useNow } from '../ui/times/page-clock.tsx'
import { PercentBar } from '../ui/facts/share-bar.tsx'
import { PanelFactGrid, Panel } from '../ui/panel.tsx'
import { StateLabel } from '../ui/status.tsx'
import { AgeText, MomentText } from '../ui/times/time.tsx'
import { getFreshnessStatus } from '../ui/status-text.ts'
import { formatRateLimitBucket, formatAzureBudgetUse, formatPollBurst, formatBurstProgress } from './burst-text.ts'
import { CoverageStrip } from './coverage-strip.tsx'
import { formatPollInterval, formatIntervalLimit, listIntervalRemedies } from './interval-text.ts'

/**
 * Details of one kind of poll of one resource: its interval, its state, and the times without polls in the last hour.
 */
export function PollDetail({
  polls,
  scope,
  kind,
  onClose,
}: {
  polls: ApiPolledSource[]
  scope: string
  kind: string
  onClose: () => void
}) {
  const now = useNow()
  // The start is rounded down to a minute. Otherwise the query key would change every second.
  const [from] = useState(() => new Date(Math.floor((now - MS_PER_HOUR) / 60_000) * 60_000).toISOString())
  const coverage = useEndpointQuery('sources/coverage', { scope, kind, from })
  const first = polls[0]
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // The braces prevent that the effect returns the result of the call. Some browsers return a promise, which React
    // would treat as a clean-up function.
    place.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div ref={place} className="scroll-mt-16">
      <Panel
        title={`${formatPollKind(kind as PollKind)} of ${first?.scopeName ?? scope}`}
        flush
        aside={
          <IconButton label="Close" onClick={onClose}>
            <XIcon aria-hidden />
          </IconButton>
        }
      >
        {!first && <p className="p-3.5 text-ink-2">No longer polled.</p>}
        {polls.map((poll) => (
          <div key={poll.subresource} className="border-b px-3.5 py-3 last:border-b-0">
            {poll.subresource && <h3 className="mb-2 font-mono text-xs font-medium">{poll.subresource}</h3>}
            <PanelFactGrid facts={factsOf(poll)} />
            <IntervalReason poll={poll} />
            <RefusedIdentities poll={poll} />
            {poll.error && <p className="mt-2 break-words text-ink-2">{poll.error.detail}</p>}
            <div className="mt-3">
              <QueryStateView query={coverage} skeleton={<div className="skeleton h-10" />}>
                {({ data }) => (
                  <CoverageStrip
                    intervals={data.filter((interval) => interval.subresource === poll.subresource)}
                    from={Date.parse(from)}
                    to={now}
                    label={`${formatPollKind(poll.kind)} of ${poll.scopeName} ${poll.subresource}`}
                  />
                )}
              </QueryStateView>
            </div>
          </div>
        ))}
      </Panel>
    </div>
  )
}

/** Explains why a poll has a longer interval than configured, and lists the changes that would shorten the interval. */
function IntervalReason({ poll }: { poll: ApiPolledSource }) {
  const why = formatIntervalLimit(poll)
  if (why === null) return null
  const relief = listIntervalRemedies(poll)
  return (
    <p className="mt-2 break-words text-ink-2">
      {why}. {relief.length > 0 ? `It would be ${relief.join(', or ')}.` : ''}
    </p>
  )
}

/**
 * Lists the identities that Azure refuses for this poll although another identity succeeds, each with the action that
 * fixes it.
 */
function RefusedIdentities({ poll: { refusedIdentities = [] } }: { poll: ApiPolledSource }) {
  return refusedIdentities.map(({ identity, outcome, remedy }) => (
    <p key={identity} className="mt-2 break-words text-ink-2">
      Identity {identity}: {formatPollOutcome(outcome)}. {remedy}
    </p>
  ))
}

const factsOf = (poll: ApiPolledSource): [string, React.ReactNode][] => [
  ['State', <StateLabel key="state" {...getFreshnessStatus(poll.state)} />],
  [
    'Last poll',
    poll.lastPollAt && (
      <span key="last">
        <AgeText at={poll.lastPollAt} />, {formatPollOutcome(poll.lastOutcome)}
      </span>
    ),
  ],
  ['Last success', poll.lastOkAt ? <AgeText key="ok" at={poll.lastOkAt} /> : 'never'],
  ...(poll.identity ? ([['Identity', poll.identity]] as [string, string][]) : []),
  ['Interval', formatPollInterval(poll)],
  ...(poll.burst ? ([['Fast polling', formatPollBurst(poll.burst)]] as [string, string][]) : []),
  ['Detection floor', poll.floorSeconds === null ? 'not measured yet' : `≥ ${poll.floorSeconds.toFixed(1)} s`],
  ...(poll.progress ? ([['In progress', formatBurstProgress(poll.progress)]] as [string, string][]) : []),
  ['Next poll', poll.nextPollAt && <MomentText key="next" at={poll.nextPollAt} />],
  ...poll.budgets.map((budget): [string, React.ReactNode] => {
    const [title, words] = formatAzureBudgetUse(budget)
    return [
      title,
      <div key={title}>
        {words}
        <AzureBudgetBar {...budget} />
      </div>,
    ]
  }),
  ...(poll.buckets
    ? ([
        [
          'Reported by Azure',
          <ul key="buckets">
            {poll.buckets.map((bucket) => (
              <li key={bucket.name}>{formatRateLimitBucket(bucket)}</li>
            ))}
          </ul>,
        ],
      ] as [string, React.ReactNode][])
    : []),
]

/** Bar of the used share of a budget; hatched if Azure does not report its use. */
export function AzureBudgetBar({ used, limit }: Pick<ApiPolledSource['budgets'][number], 'used' | 'limit'>) {
  const share = used === null || limit === 0 ? null : Math.min(1, used / limit)
  return <PercentBar share={share} className="mt-1 max-w-32" />
}
