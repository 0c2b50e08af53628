import { clsx } from 'clsx'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { formatDuration } from '#lib/contract/words/index.ts'
import type {
  MaintenanceOutlook,
  MaintenanceLossForecastInterval,
  MaintenanceOutlookWindow,
} from '#lib/resilience/api/index.ts'
import { formatUnreadNotices } from '#lib/resilience/api/outlook-text.ts'
import { useEndpointQuery } from '../data/index.ts'
import { formatDate, formatTimeRange } from '../format/instant.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { formatMaintenanceOrigin } from '../maintenance/window-text.ts'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { barFillClassByStateTone } from '../ui/drawing/tone-fill.ts'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { StateLabel, formatStatusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { PlannedRange } from '../ui/times/time.tsx'
import { getOutlookLevelStatus, outlookLevelTones } from '../maintenance/outlook-level-text.ts'

/**
 * Tab about the next four weeks: the resources that announced maintenance will make unavailable. They are shown on a
 * timeline and in a table of time intervals with their effect.
 */
export function MaintenanceOutlookPanel() {
  const query = useEndpointQuery('resilience/outlook')
  return (
    <QueryStateView query={query} skeleton={<SkeletonRows rows={6} />}>
      {({ data, asOf, freshness }) =>
        data.computedAt === null ? (
          <EmptyNote title="Not computed yet">
            What announced work takes away is computed in the background, within minutes of the first tables.
          </EmptyNote>
        ) : data.windows.length === 0 ? (
          <EmptyNote title="No work is announced for the next four weeks">
            Service Health, calendars, notices, drills and own maintenance are read.
            {data.unreadNotices > 0 && ` But ${formatUnreadNotices(data.unreadNotices)}.`}{' '}
            <PageLink href="/settings/maintenance" className="link">
              Maintenance
            </PageLink>
          </EmptyNote>
        ) : (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <Panel title="Next four weeks" isOfNow answer={{ asOf, freshness }}>
              <Timeline outlook={data} />
            </Panel>
            <Panel title="What is lost when" isOfNow flush>
              <DataTable
                name="weeks-ahead"
                caption="Intervals"
                columns={columns}
                rows={data.intervals}
                rowKey={({ from, windows }) => `${from} ${windows.join(' ')}`}
                rowTone={({ level }) => outlookLevelTones[level]}
                filterable={data.intervals.length > 5}
                empty={<EmptyNote title="No window takes anything away" />}
              />
              {data.unreadNotices > 0 && (
                <p className="border-t px-3.5 py-2 text-xs">
                  <PageLink href="/settings/maintenance" className="link">
                    {formatUnreadNotices(data.unreadNotices)}
                  </PageLink>
                </p>
              )}
              {data.notComputed > 0 && (
                <p className="border-t px-3.5 py-2 text-xs text-ink-3">
                  {formatCountWithPlural(data.notComputed, 'later interval is', 'later intervals are')} beyond what is
                  computed.
                </p>
              )}
            </Panel>
          </div>
        )
      }
    </QueryStateView>
  )
}

const columns: DataTableColumn<MaintenanceLossForecastInterval>[] = [
  {
    id: 'from',
    header: 'When',
    value: ({ from }) => from,
    cell: ({ from, to }) => <PlannedRange from={from} to={to} />,
    phone: 'name',
  },
  {
    id: 'level',
    header: 'Effect',
    value: ({ level }) => formatStatusText(getOutlookLevelStatus(level)),
    cell: ({ level }) => <StateLabel {...getOutlookLevelStatus(level)} className="whitespace-nowrap" />,
    phone: 'state',
  },
  {
    id: 'lasts',
    header: 'Lasts',
    value: ({ from, to }) => Date.parse(to) - Date.parse(from),
    cell: ({ from, to }) => (
      <span className="whitespace-nowrap">{formatDuration(Date.parse(to) - Date.parse(from))}</span>
    ),
    align: 'right',
    priority: 2,
    phone: 'fact',
  },
  {
    id: 'summary',
    header: 'What is lost, and what that does',
    value: ({ summary }) => summary,
    cell: ({ summary, prefixes, lost }) => (
      <span className="block min-w-64 wrap-anywhere">
        {summary}
        {prefixes.length > 0 && (
          <span className="block font-mono text-xs text-ink-3">
            {prefixes.slice(0, 6).join(', ')}
            {prefixes.length > 6 && ' …'}
          </span>
        )}
        {lost.length > 0 && (
          <PageLink
            href={`/resilience?${new URLSearchParams({ tab: 'what-if', lose: lost.map(({ term }) => term).join(',') })}`}
            className="link text-xs text-ink-2"
          >
            Simulate it
          </PageLink>
        )}
      </span>
    ),
    phone: 'below',
  },
]

/** Timeline with one row for each maintenance window, and above them a row with the combined effect at each time. */
function Timeline({ outlook: { windows, intervals, to } }: { outlook: MaintenanceOutlook }) {
  const zone = useZone()
  const end = Date.parse(to)
  const begin = end - 28 * MS_PER_DAY
  const place = (one: { from: string; to: string }) => {
    const at = (time: string) => Math.max(0, Math.min(1, (Date.parse(time) - begin) / (end - begin)))
    return { left: `${at(one.from) * 100}%`, width: `max(3px, ${(at(one.to) - at(one.from)) * 100}%)` }
  }
  const titleOf = (one: { from: string; to: string }) =>
    formatTimeRange(Date.parse(one.from), Date.parse(one.to), zone, null)
  const lanes = Map.groupBy(windows, ({ title, source, sourceName }) => `${source} ${sourceName} ${title}`)
  return (
    <div className="grid grid-cols-[minmax(7rem,14rem)_minmax(0,1fr)] items-center gap-x-3 gap-y-1 text-xs">
      <span className="font-medium">All together</span>
      <div
        className="relative h-5 bg-sunken"
        role="img"
        aria-label={`${formatCountWithPlural(intervals.length, 'interval')} of work`}
      >
        <Weeks />
        {intervals.map((one) => (
          <span
            key={`${one.from} ${one.windows.join(' ')}`}
            title={`${titleOf(one)}: ${one.summary}`}
            className={clsx('absolute inset-y-0', barFillClassByStateTone[outlookLevelTones[one.level]])}
            style={place(one)}
          />
        ))}
      </div>
      {[...lanes].slice(0, MAX_LANES).map(([key, own]) => (
        <Lane key={key} own={own} place={place} titleOf={titleOf} />
      ))}
      {lanes.size > MAX_LANES && <span className="text-ink-3">{lanes.size - MAX_LANES} more</span>}
      <span aria-hidden className="relative col-start-2 h-4 text-ink-3">
        {[0, 7, 14, 21, 28].map((day) => (
          <span
            key={day}
            // The first and the last date are aligned with their lines instead of centered below them. Otherwise they
            // would extend beyond the row.
            className={clsx(
              'absolute whitespace-nowrap max-sm:nth-[even]:hidden',
              day === 28 ? '-translate-x-full' : day > 0 && '-translate-x-1/2',
            )}
            style={{ left: `${(100 * day) / 28}%` }}
          >
            {formatDate(begin + day * MS_PER_DAY, zone)}
          </span>
        ))}
      </span>
    </div>
  )
}

const MAX_LANES = 20

const Weeks = () =>
  [25, 50, 75].map((left) => (
    <span key={left} className="absolute inset-y-0 border-l border-line-strong" style={{ left: `${left}%` }} />
  ))

interface LaneParts {
  own: readonly MaintenanceOutlookWindow[]
  place: (one: MaintenanceOutlookWindow) => { left: string; width: string }
  titleOf: (one: MaintenanceOutlookWindow) => string
}

function Lane({ own, place, titleOf }: LaneParts) {
  const [first] = own
  if (!first) return null
  const said = first.unknown ?? first.assumed
  return (
    <>
      <span
        className="min-w-0"
        title={[first.title, formatMaintenanceOrigin({ ...first, recurring: own.length > 1 }), said]
          .filter(Boolean)
          .join('\n')}
      >
        <span className="line-clamp-2">{first.title}</span>
        {said && <span className="line-clamp-2 text-ink-3">{said}</span>}
      </span>
      <div className="relative h-3">
        <span className="absolute inset-x-0 top-1.5 border-t border-line" />
        {own.map((one) => (
          <span
            key={one.id}
            title={titleOf(one)}
            className={clsx(
              'absolute inset-y-0',
              one.unknown === null ? 'bg-ink-2' : 'hatch border border-line-strong',
            )}
            style={place(one)}
          />
        ))}
      </div>
    </>
  )
}
