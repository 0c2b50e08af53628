'use client'

import { Empty } from '../ui/answer-view.tsx'
import { Panel } from '../ui/panel.tsx'
import { Rate } from '../ui/quantities.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { pathStatus } from '../ui/words.ts'

interface Row {
  name: string
  state: 'up' | 'degraded' | 'down' | 'unknown'
  bits: number | null
}

const states: Row['state'][] = ['up', 'degraded', 'down', 'unknown']
const rows = Array.from(
  { length: 8 },
  (_, index): Row => ({
    name: `10.0.4.${index + 4}`,
    state: states[index % states.length] ?? 'unknown',
    bits: index % 4 === 3 ? null : 10 ** (index + 2),
  }),
)
/** Enough for the rows out of sight to be left out. */
const manyRows = Array.from({ length: 400 }, (_, index): Row => ({ name: `row ${index}`, state: 'up', bits: index }))

const columns: Column<Row>[] = [
  { id: 'name', header: 'Name', value: ({ name }) => name, className: 'font-mono' },
  {
    id: 'state',
    header: 'State',
    value: ({ state }) => pathStatus(state).word,
    cell: ({ state }) => <Status {...pathStatus(state)} />,
  },
  { id: 'rate', header: 'Rate', align: 'right', value: ({ bits }) => bits, cell: ({ bits }) => <Rate bits={bits} /> },
]

export function TableSamples({ theme }: { theme: string }) {
  const samples = [
    { name: `few-${theme}`, caption: `Few rows, ${theme}`, sample: rows },
    { name: `many-${theme}`, caption: `Many rows, ${theme}`, sample: manyRows },
    { name: `none-${theme}`, caption: `No rows, ${theme}`, sample: [] },
  ]
  return samples.map(({ name, caption, sample }) => (
    <Panel key={name} title={caption} flush>
      <DataTable
        name={name}
        caption={caption}
        columns={columns}
        rows={sample}
        rowKey={(row) => row.name}
        rowTone={({ state }) => pathStatus(state).tone}
        empty={<Empty title="Nothing here">It says what to do about it.</Empty>}
        height="max-h-72"
      />
    </Panel>
  ))
}
