import type { EmailReportRun } from '#lib/reports/api/index.ts'
import { EmptyNote } from '../../ui/answer-view.tsx'
import { Panel } from '../../ui/panel.tsx'
import { StateLabel, formatStatusText, type StatusText } from '../../ui/status.tsx'
import { DataTable } from '../../ui/table/data-table.tsx'
import type { DataTableColumn } from '../../ui/table/table-columns.ts'

const columns: DataTableColumn<EmailReportRun>[] = [
  { id: 'created', header: 'Created', phone: 'fact', value: ({ createdAt }) => createdAt, zoned: true },
  { id: 'report', header: 'Report', phone: 'name', value: ({ scheduleName }) => scheduleName, className: 'min-w-40' },
  {
    id: 'period',
    header: 'Period',
    phone: 'fact',
    value: ({ period, byHand }) => (byHand ? `${period}, by hand` : period),
    className: 'whitespace-nowrap',
  },
  {
    id: 'state',
    header: 'State',
    phone: 'state',
    value: (run) => formatStatusText(runStatus(run)),
    cell: (run) => <StateLabel {...runStatus(run)} />,
    className: 'whitespace-nowrap',
  },
  {
    id: 'recipients',
    header: 'Recipients',
    value: ({ recipients }) => recipients.join(', '),
    className: 'min-w-48 break-words',
  },
  {
    id: 'detail',
    header: 'Detail',
    value: ({ lastError }) => lastError ?? '',
    className: 'min-w-48 text-ink-2 break-words',
  },
]

/** Lists the sent reports with their times and recipients. */
export function ReportHistory({ runs }: { runs: readonly EmailReportRun[] }) {
  return (
    <Panel title="Sent reports" note="one of each period; kept for 400 days" flush>
      <DataTable
        name="reports"
        caption="Sent reports, newest first"
        columns={columns}
        rows={[...runs]}
        rowKey={({ id }) => id}
        rowTone={(run) => runStatus(run).tone}
        empty={<EmptyNote title="None sent yet">The first report appears here once it is due.</EmptyNote>}
      />
    </Panel>
  )
}

function runStatus({ state, attempts }: EmailReportRun): StatusText {
  if (state === 'sent') return { tone: 'up', word: 'SENT' }
  if (state === 'failed') return { tone: 'down', word: 'NOT SENT' }
  return attempts === 0 ? { tone: 'notice', word: 'PENDING' } : { tone: 'degraded', word: 'RETRYING' }
}
