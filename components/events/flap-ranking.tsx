import { useMemo } from 'react'
import type { EventsSummary } from '#lib/incidents/api/index.ts'
import { formatDurationRange } from '#lib/contract/words/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { StackedDateAndTime } from '../ui/times/stacked-time.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { createDurationColumns } from '../ui/table/exported-rows.ts'
import { EmptyNote } from '../ui/answer-view.tsx'
import { formatSubjectText } from './event-text.ts'
import { AffectedPartText } from './part-text.tsx'

type Flap = EventsSummary['flapping'][number]

/** Event kinds that count as a loss of a session, separated by a comma as in the page's URL. */
export const SESSION_LOSS_KINDS = 'session_flap,session_down'

/** Table of sessions, sorted by the number of losses in the time range. */
export function FlapRanking({ flapping }: { flapping: Flap[] }) {
  const most = Math.max(1, ...flapping.map(({ count }) => count))
  const columns = useMemo(() => columnsOf(most), [most])
  return (
    <DataTable
      name="flaps"
      caption="Sessions by losses"
      columns={columns}
      rows={flapping}
      rowKey={({ scope, subject }) => `${scope} ${subject}`}
      defaultSort={mostFirst}
      empty={
        <EmptyNote title="No session was lost">None of the sessions that were polled went down in this time.</EmptyNote>
      }
    />
  )
}

const mostFirst = { id: 'count', desc: true }

const columnsOf = (most: number): DataTableColumn<Flap>[] => [
  {
    id: 'session',
    header: 'Session',
    value: ({ scopeName, subject }) => `${scopeName} ${formatSubjectText(subject)}`,
    exported: [
      { header: 'Resource', value: ({ scopeName }) => scopeName },
      { header: 'Session', value: ({ subject }) => formatSubjectText(subject) },
    ],
    cell: ({ scope, scopeName, subject }) => (
      <>
        <PageLink
          href={`/events?kind=${SESSION_LOSS_KINDS}&parts=each&scope=${scope}&text=${encodeURIComponent(subject)}`}
          className="font-medium hover:underline"
        >
          {scopeName}
        </PageLink>{' '}
        <AffectedPartText words={formatSubjectText(subject)} className="text-ink-2" />
      </>
    ),
  },
  {
    id: 'count',
    header: 'Losses',
    align: 'right',
    className: 'tabular-nums',
    value: ({ count }) => count,
    cell: ({ count }) => (
      <span className="flex items-center justify-end gap-2">
        <span aria-hidden className="h-1.5 w-24 max-sm:hidden">
          <span className="block h-full rounded-full bg-down-mark" style={{ width: `${(count / most) * 100}%` }} />
        </span>
        {count}
      </span>
    ),
  },
  {
    id: 'down',
    header: 'Total downtime',
    align: 'right',
    className: 'tabular-nums',
    value: ({ downSeconds }) => downSeconds.atLeast,
    exported: createDurationColumns<Flap>('Total downtime', ({ downSeconds: { atLeast, atMost } }) => ({
      atLeastSeconds: atLeast,
      atMostSeconds: atMost,
    })),
    cell: ({ downSeconds: { atLeast, atMost } }) =>
      atMost === 0 ? '–' : formatDurationRange(atLeast * 1_000, atMost * 1_000),
  },
  {
    id: 'last',
    header: 'Last began',
    zoned: true,
    value: ({ lastAt }) => lastAt,
    cell: ({ lastAt }) => <StackedDateAndTime at={lastAt} />,
  },
]
