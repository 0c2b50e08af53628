import type { SloStatus } from '#lib/reports/api/index.ts'
import { Status, formatStatusText } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/table-columns.ts'
import { Moment } from '../ui/times/time.tsx'
import { formatErrorBudget, formatBurnRates, formatObjectiveShare, getObjectiveStatus } from './objective-text.ts'

/**
 * Table of Peerwatch's own service level objectives: the objective, the achieved share, and the burn rate of the error
 * budget.
 */
export const SloObjectives = ({ slos }: { slos: readonly SloStatus[] }) => (
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

const columns: Column<SloStatus>[] = [
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
    value: (slo) => formatStatusText(getObjectiveStatus(slo)),
    cell: (slo) => <Status {...getObjectiveStatus(slo)} className="whitespace-nowrap" />,
  },
  {
    id: 'achieved',
    header: 'Achieved',
    value: ({ achieved, objective }) => `${formatObjectiveShare(achieved)} of ${formatObjectiveShare(objective)}`,
    className: 'whitespace-nowrap',
  },
  {
    id: 'misses',
    header: 'Misses',
    value: ({ budgetLeft }) => formatErrorBudget(budgetLeft),
    className: 'whitespace-nowrap',
  },
  { id: 'speed', header: 'Speed in 1 h, 6 h', value: formatBurnRates, priority: 2 },
  {
    id: 'since',
    header: 'Since',
    value: ({ since }) => since,
    cell: ({ since }) => (since === null ? 'never' : <Moment at={since} />),
    priority: 1,
  },
  {
    id: 'sampled',
    header: 'Not sampled',
    value: ({ measured }) => (measured !== null && measured < 0.995 ? formatObjectiveShare(1 - measured) : null),
    priority: 2,
  },
  { id: 'good', header: 'What counts', value: ({ good }) => good, priority: 3, className: 'text-ink-2' },
]
