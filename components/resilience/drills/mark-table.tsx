import type { DrillMark, MeasuredMark } from '#lib/resilience/api/index.ts'
import { Status, statusText } from '../../ui/status.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import { secondBounds, timeBounds } from '../../ui/table/exported.ts'
import type { Column } from '../../ui/table/features.ts'
import { Between } from '../../ui/times/time.tsx'
import { formatMark, resultStatus, formatSeconds } from './drill-text.ts'

type Expected = DrillMark & { scopeName: string }

/** List of the results that are expected of a drill that is not announced yet. */
export function ExpectedMarks({ marks, nameOf }: { marks: readonly Expected[]; nameOf: (id: string) => string }) {
  return (
    <ul className="grid list-disc gap-1 pl-4 text-sm text-ink-2">
      {marks.map((mark) => (
        <li key={mark.id}>{formatMark(mark, nameOf)}</li>
      ))}
    </ul>
  )
}

/** Table of a drill's expected results (marks), each with the observed result. */
export function MarkTable({ marks, nameOf }: { marks: MeasuredMark[]; nameOf: (id: string) => string }) {
  return (
    <DataTable
      name="marks"
      caption="Record of the drill"
      columns={columnsWith(nameOf)}
      rows={marks}
      rowKey={({ id }) => id}
      rowTone={({ result }) => resultStatus[result].tone}
      filterable={false}
      empty={null}
    />
  )
}

const columnsWith = (nameOf: (id: string) => string): Column<MeasuredMark>[] => [
  {
    id: 'expected',
    header: 'Expected',
    value: (mark) => formatMark(mark, nameOf),
    cell: (mark) => <span className="block max-w-[70ch]">{formatMark(mark, nameOf)}</span>,
  },
  {
    id: 'result',
    header: 'Result',
    value: ({ result }) => statusText(resultStatus[result]),
    cell: ({ result }) => <Status {...resultStatus[result]} className="whitespace-nowrap" />,
  },
  {
    id: 'observed',
    header: 'Observed',
    value: ({ observed }) => observed,
    also: [
      ...timeBounds<MeasuredMark>('Observed', ({ observedBetween }) => observedBetween),
      ...secondBounds<MeasuredMark>('Lasted', ({ duration }) => duration),
    ],
    cell: ({ observed, observedBetween, duration }) => (
      <span className="block max-w-[52ch] text-ink-2">
        {observed}
        {duration && <>: {formatSeconds(duration)}</>}
        {observedBetween && (
          <span className="block text-xs">
            <Between bounds={observedBetween} />
          </span>
        )}
      </span>
    ),
  },
]
