'use client'

import type { MaintenanceWindowView } from '#lib/contract/index.ts'
import { useEndpoint } from '../data/index.ts'
import { useScopeNames } from '../time/data-gaps.tsx'
import { AnswerView, Empty, SkeletonRows } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { AsOf, Moment } from '../ui/time.tsx'
import { aboutWords, inOrder, originWords, stateWords } from './window-words.ts'

/** Windows of every source: those that are open, the next 30 days, and the last 7. */
export function WindowsPanel() {
  const query = useEndpoint('maintenance')
  const nameOf = useScopeNames()
  return (
    <AnswerView query={query} skeleton={<SkeletonRows rows={4} />}>
      {({ data, asOf, freshness }) => (
        <Panel
          title="Maintenance: upcoming, now and past"
          note="of every source; the last 7 and the next 30 days"
          aside={<AsOf asOf={asOf} freshness={freshness} />}
          flush
        >
          <DataTable
            name="maintenance"
            caption="Maintenance: upcoming, now and past"
            columns={columnsWith(nameOf)}
            rows={inOrder(data)}
            rowKey={({ id }) => id}
            rowTone={({ state }) => (state === 'now' ? 'notice' : 'off')}
            empty={<Empty title="No maintenance">No window lies in this time.</Empty>}
          />
        </Panel>
      )}
    </AnswerView>
  )
}

const columnsWith = (nameOf: (id: string) => string): Column<MaintenanceWindowView>[] => [
  { id: 'state', header: 'State', value: ({ state }) => stateWords[state], className: 'font-medium' },
  {
    id: 'title',
    header: 'Maintenance',
    value: ({ title }) => title,
    cell: ({ title, note }) => (
      <>
        <span className="font-medium">{title}</span>
        {note !== '' && <span className="block text-xs text-ink-2">{note}</span>}
      </>
    ),
  },
  { id: 'about', header: 'About', value: (window) => aboutWords(window, nameOf) },
  { id: 'from', header: 'From', value: ({ from }) => from, cell: ({ from }) => <Moment at={from} /> },
  { id: 'to', header: 'To', value: ({ to }) => to, cell: ({ to }) => <Moment at={to} /> },
  {
    id: 'source',
    header: 'Source',
    value: originWords,
  },
]
