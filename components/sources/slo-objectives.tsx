import type { SloStatus } from '#lib/reports/api/index.ts'
import { StateLabel, formatStatusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { MomentText } from '../ui/times/time.tsx'
import { formatSloErrorBudget, formatSloBurnRates, formatSloShare, getSloStatus } from './objective-text.ts'

/**
 * Table of Peerwatch's own service level objectives: the objective, the achieved share, and the burn rate of the error
 * budget.
 */
export const SloObjectivesTable = ({ slos }: { slos: readonly SloStatus[] }) => (
  <DataTable
    name="objectives"
    caption="Service level objectives of Peerwatch itself over 28 days"
    columns={columns}
    rows={[...slos]}
    rowKey={({ key }) => key}
    bare
    empty={null}
  />
)

const columns: DataTableColumn<SloStatus>[] = [
  {
    id: 'name',
    header: 'Objective',
    value: ({ name }) => name,
    cell: ({ name, good, source }) => (
      <span title={`Good: ${good}. Counted ${source}.`} className="font-medium whitespace-nowrap">
        {name}
      </span>
    ),
  },
  {
    id: 'state',
    header: 'State',
    value: (slo) => formatStatusText(getSloStatus(slo)),
    cell: (slo) => <StateLabel {...getSloStatus(slo)} className="whitespace-nowrap" />,
  },
  {
    id: 'achieved',
    header: 'Achieved',
    value: ({ achieved, objective }) => `${formatSloShare(achieved)} of ${formatSloShare(objective)}`,
    className: 'whitespace-nowrap',
  },
  {
    id: 'misses',
    header: 'Misses',
    value: ({ budgetLeft }) => formatSloErrorBudget(budgetLeft),
    className: 'whitespace-nowrap',
  },
  { id: 'speed', header: 'Speed in 1 h, 6 h', value: formatSloBurnRates, priority: 2 },
  {
    id: 'since',
    header: 'Since',
    value: ({ since }) => since,
    cell: ({ since }) => (since === null ? 'never' : <MomentText at={since} />),
    priority: 1,
  },
  {
    id: 'sampled',
    header: 'Not sampled',
    value: ({ measured }) => (measured !== null && measured < 0.995 ? formatSloShare(1 - measured) : null),
    priority: 2,
  },
  { id: 'good', header: 'What counts', value: ({ good }) => good, priority: 3, className: 'text-ink-2' },
]
