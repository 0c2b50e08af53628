import type { ApiRouteChurn } from '#lib/routes/api/index.ts'
import { useEndpointQuery } from '../../data/index.ts'
import type { TimeRange } from '../../time/time-range.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../../ui/answer-view.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ResourceFilter } from '../scope-filter.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { getSeriesColor } from '../../charts/plot/plot-theme.ts'
import { EventTimeStrip } from '../../charts/event-time-strip.tsx'
import { formatTimeRange } from '../../format/instant.ts'
import { formatCountWithSeparators } from '../../format/quantity.ts'
import { useZone } from '../../ui/preferences.tsx'
import { churnKinds } from './describe-churn-column.ts'
import { buildHistoryColumn } from '../shared-columns.tsx'

type ChurningPrefix = ApiRouteChurn['topPrefixes'][number]

/** Lists the prefixes with the most route changes in a time range, with the numbers of each kind of change. */
export function TopChurnPanel({ range, scope }: { range: TimeRange; scope: string | null }) {
  const zone = useZone()
  const churn = useEndpointQuery('routes/churn', { scope, from: range.from, to: range.to })
  return (
    <Panel title="Most changes" flush>
      <div className="flex flex-wrap items-end gap-3 border-b px-3.5 py-2.5">
        <ResourceFilter />
      </div>
      <QueryStateView query={churn} skeleton={<SkeletonRows rows={6} />}>
        {({ data }) => (
          <DataTable
            name="churn"
            caption="Prefixes with the most changes"
            columns={columnsFor(range, scope, data, zone)}
            rows={data.topPrefixes}
            exportTitle="prefixes with the most changes"
            time={{ from: range.from, to: range.to }}
            rowKey={({ prefix }) => prefix}
            defaultSort={mostFirst}
            empty={<EmptyNote title="No route changes in this time range">Choose a longer range.</EmptyNote>}
          />
        )}
      </QueryStateView>
    </Panel>
  )
}

const mostFirst = { id: 'total', desc: true }

/**
 * Bar of a prefix's changes by kind; its length is relative to the prefix with the most changes. The colors are the
 * same as in the churn chart.
 */
function Share({ of: row, most }: { of: ChurningPrefix; most: number }) {
  return (
    <span className="flex items-center gap-2">
      <span className="w-12 shrink-0 text-right font-mono tabular-nums">{formatCountWithSeparators(row.total)}</span>
      <span
        role="img"
        aria-label={churnKinds.map(({ name }) => `${name} ${row[name]}`).join(', ')}
        title={churnKinds.map(({ name }) => `${name} ${row[name]}`).join(', ')}
        className="flex h-3 w-40 sm:w-64"
      >
        {churnKinds.map(({ name, ink: series }) => (
          <span key={name} style={{ width: `${(row[name] / most) * 100}%`, background: getSeriesColor(series) }} />
        ))}
      </span>
    </span>
  )
}

const columnsFor = (
  range: TimeRange,
  scope: string | null,
  { topPrefixes, from, to, stepSeconds }: ApiRouteChurn,
  zone: string,
  most = Math.max(1, ...topPrefixes.map(({ total }) => total)),
): DataTableColumn<ChurningPrefix>[] => [
  buildHistoryColumn(range, () => scope),
  {
    id: 'total',
    header: 'Changes',
    value: ({ total }) => total,
    exported: [
      { header: 'Announced', value: ({ announced }) => announced },
      { header: 'Changed', value: ({ changed }) => changed },
      { header: 'Withdrawn', value: ({ withdrawn }) => withdrawn },
      { header: 'All', value: ({ total }) => total },
    ],
    cell: (row) => <Share of={row} most={most} />,
  },
  {
    id: 'when',
    header: `When: ${formatTimeRange(Date.parse(from), Date.parse(to), zone, Date.parse(to))}`,
    value: ({ bursts }) => bursts?.steps.join(' ') ?? null,
    sortable: false,
    keep: true,
    cell: ({ bursts }) => (
      <span className="block min-w-40">
        <EventTimeStrip
          window={[Date.parse(from), Date.parse(to)]}
          bars={(bursts?.steps ?? []).map((start) => ({
            key: start,
            span: [Date.parse(start), Date.parse(start) + stepSeconds * 1_000],
            fill: 'bg-ink-2',
          }))}
        />
      </span>
    ),
  },
  {
    id: 'bursts',
    header: 'Kind of changes',
    value: ({ bursts }) => formatBurst(bursts),
    className: 'text-ink-2',
  },
]

/**
 * Formats the numbers of bursts of a prefix (groups of changes in quick succession) by the kind of burst:
 * `2 by session reset, 1 lasting`.
 */
function formatBurst(bursts: ChurningPrefix['bursts']): string {
  if (bursts === null) return 'too many to classify: choose a shorter time range'
  const words = [
    [bursts.session, 'by session reset'],
    [bursts.exploration, 'path hunting'],
    [bursts.transient, 'short-lived'],
    [bursts.lasting, 'lasting'],
  ] as const
  return words.flatMap(([times, what]) => (times > 0 ? `${times} ${what}` : [])).join(', ') || 'nothing'
}
