import type { ApiMaintenanceWindow, UnreadableMaintenanceConfiguration } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { useEndpointQuery } from '../data/index.ts'
import { useResourceNameLookup } from '../time/data-gaps.tsx'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { MomentText } from '../ui/times/time.tsx'
import {
  formatMaintenanceTargets,
  sortMaintenanceWindows,
  formatMaintenanceOrigin,
  maintenanceStateLabels,
} from './window-text.ts'

/**
 * Table of the maintenance windows of every source: windows in progress, of the next 30 days, and of the last 7 days.
 */
export function MaintenanceWindowsPanel() {
  const query = useEndpointQuery('maintenance')
  const nameOf = useResourceNameLookup()
  return (
    <QueryStateView query={query} skeleton={<SkeletonRows rows={4} />}>
      {({ data, unreadable, asOf, freshness }) => (
        <Panel
          title="Maintenance: upcoming, now and past"
          note="of every source; the last 7 and the next 30 days"
          answer={{ asOf, freshness }}
          flush
        >
          <Unreadable items={unreadable} nameOf={nameOf} />
          <DataTable
            name="maintenance"
            caption="Maintenance: upcoming, now and past"
            columns={columnsWith(nameOf, Date.parse(asOf))}
            rows={sortMaintenanceWindows(data)}
            rowKey={({ id }) => id}
            rowTone={({ state }) => (state === 'now' ? 'notice' : 'off')}
            empty={<EmptyNote title="No maintenance">No window lies in this time.</EmptyNote>}
          />
        </Panel>
      )}
    </QueryStateView>
  )
}

/**
 * List of Azure's maintenance configurations that apply to monitored resources but whose times Peerwatch cannot
 * determine. It shows that the list of windows is incomplete.
 */
function Unreadable({
  items,
  nameOf,
}: {
  items: readonly UnreadableMaintenanceConfiguration[]
  nameOf: (id: string) => string
}) {
  if (items.length === 0) return null
  return (
    <ul aria-label="Maintenance configurations that can’t be read" className="border-b px-3.5 py-2 text-xs">
      {items.map(({ sourceId, sourceName, scopes, reason }) => (
        <li key={sourceId} className="flex items-start gap-2 py-0.5">
          <StateSymbol tone="degraded" className="mt-0.5 size-3 shrink-0" />
          <p className="min-w-0 break-words">
            <span className="font-medium">Maintenance configuration {sourceName} can’t be read</span>
            <span className="text-ink-2">
              : {reason}. The windows of {scopes.map(nameOf).join(', ')} are unknown; events in them alert.
            </span>
          </p>
        </li>
      ))}
    </ul>
  )
}

const columnsWith = (nameOf: (id: string) => string, now: number): DataTableColumn<ApiMaintenanceWindow>[] => [
  {
    id: 'title',
    header: 'Maintenance',
    value: ({ title }) => title,
    phone: 'name',
    className: 'min-w-72',
    cell: ({ title, note }) => (
      <>
        <span className="font-medium">{title}</span>
        {note !== '' && <span className="block text-xs text-ink-2">{note}</span>}
      </>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => maintenanceStateLabels[state],
    phone: 'state',
    className: 'font-medium whitespace-nowrap',
  },
  {
    id: 'when',
    header: '−7 d to +30 d',
    value: ({ from }) => from,
    exported: [],
    priority: 2,
    phone: 'below',
    cell: ({ from, to }) => <WindowBar from={Date.parse(from)} to={Date.parse(to)} now={now} />,
  },
  {
    id: 'about',
    header: 'About',
    value: (window) => formatMaintenanceTargets(window, nameOf),
    phone: 'below',
    className: 'min-w-28',
  },
  { id: 'from', header: 'From', value: ({ from }) => from, phone: 'fact', zoned: true },
  {
    id: 'to',
    header: 'To',
    value: ({ to }) => to,
    phone: 'fact',
    cell: ({ to }) => (
      <>
        <span className="sm:hidden">– </span>
        <MomentText at={to} zoned={false} />
      </>
    ),
    zoned: true,
  },
  {
    id: 'source',
    header: 'Source',
    value: formatMaintenanceOrigin,
    className: 'min-w-40',
  },
]

const [PAST_DAYS, DAYS] = [7, 37]

/**
 * Draws the position of a maintenance window on a time axis over the days of the table. A line marks the current time.
 */
function WindowBar({ from, to, now }: { from: number; to: number; now: number }) {
  const at = (time: number) => Math.min(100, Math.max(0, (((time - now) / MS_PER_DAY + PAST_DAYS) / DAYS) * 100))
  const left = at(from)
  return (
    <div aria-hidden className="relative h-3 w-28 rounded-xs bg-sunken">
      <span
        className="absolute inset-y-0 min-w-1 rounded-xs bg-ink-3"
        style={{ left: `${left}%`, width: `${at(to) - left}%` }}
      />
      <span className="absolute inset-y-0 border-l sm:-inset-y-1 border-ink-2" style={{ left: `${at(now)}%` }} />
    </div>
  )
}
