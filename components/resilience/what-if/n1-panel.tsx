import { formatSiteName } from '#lib/contract/words/site-states.ts'
import { useState } from 'react'
import type { N1Case } from '#lib/resilience/api/index.ts'
import { useEndpointQuery } from '../../data/index.ts'
import { formatCountWithSeparators, formatCountWithPlural } from '../../format/quantity.ts'
import { PageLink } from '../../links/page-link.tsx'
import { QueryStateView, EmptyNote, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { CollapsiblePanel } from '../../ui/fold-panel.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { missingValueDash } from '../../ui/table/missing-value-dash.tsx'
import { MomentText } from '../../ui/times/time.tsx'
import { buildWhatIfHref } from '../../links/what-if-href.ts'
import {
  formatFailover,
  formatHindranceNames,
  lossKindLabels,
  summarizeN1Effect,
  sortN1ByImpact,
} from './what-if-text.ts'

/**
 * Maximum number of failures in the list; the other failures have less impact. Initially, only `FIRST` failures are
 * shown, so that the map is visible on the same screen.
 */
const MAX_SHOWN_CASES = 30
const FIRST = 10

/**
 * List of the failures of single resources, worst impact first. Each row links to the what-if scenario of its failure.
 * @param isFolded whether the panel is collapsed at first, because the result of a scenario is shown above it
 */
export function N1Panel({ isFolded }: { isFolded: boolean }) {
  const query = useEndpointQuery('resilience/n-1')
  const [most, setMost] = useState(FIRST)
  return (
    <CollapsiblePanel
      id="single-losses"
      title="Single failures (N-1)"
      note="the worst first"
      answer={query.data?.data.at ? { asOf: query.data.data.at, freshness: query.data.freshness } : undefined}
      isOpenAtFirst={!isFolded}
      flush
      isOfNow
    >
      <QueryStateView query={query} skeleton={<SkeletonRows rows={6} />}>
        {({ data: { at, cases, computed, notComputed } }) =>
          at === null ? (
            <EmptyNote title="Not computed yet">
              Single failures are computed in the background, once the tables are read and at most once a minute.
            </EmptyNote>
          ) : cases.length === 0 ? (
            <EmptyNote title="No single failure changes anything">
              {formatCountWithPlural(computed, 'case')} computed.
            </EmptyNote>
          ) : (
            <>
              <N1Rows cases={sortN1ByImpact(cases).slice(0, most)} />
              {(cases.length > most || notComputed > 0) && (
                <p className="flex flex-wrap items-center gap-x-3 border-t px-3.5 py-2 text-xs text-ink-3">
                  {cases.length > most && `${formatCountWithSeparators(cases.length - most)} more, with less impact.`}
                  {most < MAX_SHOWN_CASES && cases.length > most && (
                    <Button onClick={() => setMost(MAX_SHOWN_CASES)}>
                      Show {Math.min(MAX_SHOWN_CASES, cases.length) - most} more
                    </Button>
                  )}
                  {notComputed > 0 &&
                    `${formatCountWithPlural(notComputed, 'loss is', 'losses are')} beyond what is computed.`}
                </p>
              )}
            </>
          )
        }
      </QueryStateView>
    </CollapsiblePanel>
  )
}

/**
 * Table with a row for each failure: the worst outcome (such as prefixes that are cut off), the affected sites, the
 * routes that fail over, and the paths that are overloaded.
 */
export const N1Rows = ({ cases }: { cases: readonly N1Case[] }) => (
  <DataTable
    name="n1"
    caption="Single failures"
    columns={columns}
    rows={[...cases]}
    rowKey={({ term }) => term}
    rowTone={(one) => summarizeN1Effect(one).tone}
    bare
    empty={null}
  />
)

const columns: DataTableColumn<N1Case>[] = [
  {
    id: 'lost',
    header: 'If this fails',
    value: ({ name }) => name,
    sortable: false,
    phone: 'name',
    cell: ({ term, name, kind }) => (
      <span className="sm:whitespace-nowrap">
        <PageLink href={buildWhatIfHref({ lose: [term], change: [] })} className="link font-medium">
          {name}
        </PageLink>{' '}
        <span className="text-ink-3">{lossKindLabels[kind]}</span>
      </span>
    ),
  },
  {
    id: 'outcome',
    header: 'Worst outcome',
    value: (one) => summarizeN1Effect(one).text,
    sortable: false,
    phone: 'state',
    cell: (one) => {
      const { text, tone } = summarizeN1Effect(one)
      const style = { down: 'font-semibold text-down', degraded: 'text-degraded', unknown: 'hatch rounded-xs px-1' }
      return (
        <span
          className={style[tone as keyof typeof style] ?? 'text-ink-2'}
          title={one.prefixes.join(', ') || undefined}
        >
          {text}
        </span>
      )
    },
  },
  {
    id: 'sites',
    header: 'Sites hit',
    value: (one) =>
      summarizeN1Effect(one)
        .sites.map((site) => (site === null ? 'no site' : formatSiteName(site)))
        .join(', ') || null,
    sortable: false,
    phone: 'fact',
    className: 'text-ink-2',
  },
  { id: 'moves', header: 'Fails over', value: formatFailover, sortable: false, priority: 1, className: 'text-ink-2' },
  { id: 'fills', header: 'Overloads', value: filled, sortable: false, priority: 2, className: 'text-ink-2' },
  {
    id: 'hindrance',
    header: 'Hindrances',
    value: ({ move }) => formatHindranceNames(move),
    sortable: false,
    priority: 2,
    cell: ({ move }) => (
      <span title={move?.hindrances.map(({ text }) => text).join('\n') || undefined}>
        {formatHindranceNames(move) ?? missingValueDash}
      </span>
    ),
    className: 'text-ink-2',
  },
  {
    id: 'since',
    header: 'At risk since',
    value: ({ strandsSince }) => strandsSince?.[1] ?? null,
    sortable: false,
    priority: 3,
    cell: ({ strandsSince }) => <CutOffSince since={strandsSince} />,
    className: 'whitespace-nowrap text-ink-2',
  },
]

/**
 * Formats the number of paths that would be overloaded by the traffic that moves to them; null if no route moves. The
 * load of a path is the sum of the 95th percentiles of the rates.
 */
function filled({ saturated, moves, defaultOnly }: N1Case): string | null {
  if (moves + defaultOnly === 0) return null
  return saturated === null ? 'too few samples' : saturated === 0 ? 'no path' : formatCountWithPlural(saturated, 'path')
}

function CutOffSince({ since }: { since: N1Case['strandsSince'] }) {
  if (since === null) return missingValueDash
  const [earliest, latest] = since
  return earliest === null ? (
    <>
      before <MomentText at={latest} zoned={false} />
    </>
  ) : (
    <>
      <MomentText at={earliest} zoned={false} /> – <MomentText at={latest} zoned={false} />
    </>
  )
}
