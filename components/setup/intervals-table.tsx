import { formatInterval, pollKindWords } from '#lib/contract/words/index.ts'
import type { KindInterval } from '#lib/contract/words/setup-checks.ts'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { nothing } from '../ui/table/nothing.tsx'

/** Interval and detection floor of each kind of poll. */
export function IntervalsTable({ intervals }: { intervals: readonly KindInterval[] }) {
  return (
    <DataTable
      name="intervals"
      caption="Intervals of polls"
      columns={intervals.some(({ countedSeconds }) => countedSeconds !== null) ? [...columns, ifCounted] : columns}
      rows={[...intervals]}
      rowKey={({ kind }) => kind}
      rowTone={({ everySeconds, configuredSeconds }) => (everySeconds > configuredSeconds ? 'degraded' : 'off')}
      empty={null}
      bare
    />
  )
}

const secondsColumn = (
  id: string,
  header: string,
  value: (interval: KindInterval) => number | null,
): Column<KindInterval> => ({
  id,
  header,
  align: 'right',
  className: 'whitespace-nowrap tabular-nums',
  value,
  cell: (interval) => {
    const seconds = value(interval)
    return seconds === null ? nothing : formatInterval(seconds)
  },
})

const columns: Column<KindInterval>[] = [
  {
    id: 'kind',
    header: 'Kind of poll',
    value: ({ kind }) => pollKindWords(kind),
    className: 'font-medium whitespace-nowrap',
  },
  secondsColumn('configured', 'Configured', ({ configuredSeconds }) => configuredSeconds),
  {
    ...secondsColumn('every', 'Interval', ({ everySeconds }) => everySeconds),
    cell: ({ everySeconds, configuredSeconds }) => (
      <span className={everySeconds > configuredSeconds ? 'font-medium text-degraded' : undefined}>
        {formatInterval(everySeconds)}
      </span>
    ),
  },
  secondsColumn('floor', 'Detection floor', ({ floorSeconds }) => floorSeconds),
  { id: 'polls', header: 'Polls', align: 'right', className: 'tabular-nums', value: ({ polls }) => polls },
]

/** Azure does not document whether it counts them (ARM_COUNTS_POSTS). */
const ifCounted = secondsColumn('counted', 'If POSTs count', ({ countedSeconds }) => countedSeconds)
