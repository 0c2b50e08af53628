import type { ExpectedDrillEffect, MeasuredDrillEffect } from '#lib/resilience/api/index.ts'
import { StateLabel, formatStatusText } from '../../ui/status.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import { createDurationColumns, createTimeBoundsColumns } from '../../ui/table/exported-rows.ts'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'
import { TimeBoundsText } from '../../ui/times/time.tsx'
import { formatExpectedDrillEffect, drillResultStatuses, formatSecondsBounds } from './drill-text.ts'

type Expected = ExpectedDrillEffect & { scopeName: string }

/** List of the results that are expected of a drill that is not announced yet. */
export function ExpectedDrillEffects({
  marks,
  nameOf,
}: {
  marks: readonly Expected[]
  nameOf: (id: string) => string
}) {
  return (
    <ul className="grid list-disc gap-1 pl-4 text-sm text-ink-2">
      {marks.map((mark) => (
        <li key={mark.id}>{formatExpectedDrillEffect(mark, nameOf)}</li>
      ))}
    </ul>
  )
}

/** Table of a drill's expected results (marks), each with the observed result. */
export function MeasuredDrillEffects({
  marks,
  nameOf,
}: {
  marks: MeasuredDrillEffect[]
  nameOf: (id: string) => string
}) {
  return (
    <DataTable
      name="marks"
      caption="Record of the drill"
      columns={columnsWith(nameOf)}
      rows={marks}
      rowKey={({ id }) => id}
      rowTone={({ result }) => drillResultStatuses[result].tone}
      filterable={false}
      empty={null}
    />
  )
}

const columnsWith = (nameOf: (id: string) => string): DataTableColumn<MeasuredDrillEffect>[] => [
  {
    id: 'expected',
    header: 'Expected',
    value: (mark) => formatExpectedDrillEffect(mark, nameOf),
    cell: (mark) => <span className="block max-w-[70ch]">{formatExpectedDrillEffect(mark, nameOf)}</span>,
  },
  {
    id: 'result',
    header: 'Result',
    value: ({ result }) => formatStatusText(drillResultStatuses[result]),
    cell: ({ result }) => <StateLabel {...drillResultStatuses[result]} className="whitespace-nowrap" />,
  },
  {
    id: 'observed',
    header: 'Observed',
    value: ({ observed }) => observed,
    also: [
      ...createTimeBoundsColumns<MeasuredDrillEffect>('Observed', ({ observedBetween }) => observedBetween),
      ...createDurationColumns<MeasuredDrillEffect>('Lasted', ({ duration }) => duration),
    ],
    cell: ({ observed, observedBetween, duration }) => (
      <span className="block max-w-[52ch] text-ink-2">
        {observed}
        {duration && <>: {formatSecondsBounds(duration)}</>}
        {observedBetween && (
          <span className="block text-xs">
            <TimeBoundsText bounds={observedBetween} />
          </span>
        )}
      </span>
    ),
  },
]
