import { formatDuration, formatPollOutcome } from '#lib/contract/words/index.ts'
import type { ShiftHandover } from '#lib/incidents/api/index.ts'
import { formatTimeRange } from '../format/instant.ts'
import { PrintedIncidents } from '../incidents/printed-incidents.tsx'
import { PrintedTable } from '../paper/paper-table.tsx'
import { PrintedDocumentLayout } from '../paper/print-sheet.tsx'
import { useZone } from '../ui/preferences.tsx'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import type { ResponseAge } from '../ui/times/age-text.ts'
import { TimeBoundsText } from '../ui/times/time.tsx'
import { PrintedAffectedResources } from './affected-resources.tsx'
import {
  type PollGap,
  formatPollGapPolls,
  formatPollGapResources,
  getPollGapLengthMs,
  groupPollGaps,
  MAX_SHOWN_POLL_GAPS,
} from './poll-gaps.ts'
import { listShiftIncidents } from './shift-incidents.ts'
import { ShiftSummary } from './shift-summary.tsx'

/** Printed form of a handover, with lines that both shifts sign. */
export function HandoverPrintSheet({ shift, answer }: { shift: ShiftHandover; answer: ResponseAge }) {
  const times = formatTimeRange(Date.parse(shift.since), Date.parse(shift.until), useZone(), null)
  return (
    <PrintedDocumentLayout
      title="Handover"
      name={`Handover ${times}`}
      answer={answer}
      status={times}
      signature={['Handed over by', 'Taken over by', 'Date and time']}
      content={() => <HandoverOnPaper shift={shift} />}
    />
  )
}

function HandoverOnPaper({ shift }: { shift: ShiftHandover }) {
  const rows = listShiftIncidents(shift)
  const happened = new Map(rows.map((row) => [row.incident.id, row.happened.join(', ') || 'open since before']))
  const gaps = groupPollGaps(shift.gaps)
  return (
    <>
      <ShiftSummary shift={shift} />
      <PrintedIncidents
        caption="Incidents"
        incidents={rows.map(({ incident }) => incident)}
        more={{ id: 'shift', header: 'In this shift', value: ({ id }) => happened.get(id) ?? null }}
      />
      <PrintedAffectedResources shift={shift} />
      <PrintedTable
        caption={
          gaps.length > MAX_SHOWN_POLL_GAPS
            ? `Polling gaps: the longest ${MAX_SHOWN_POLL_GAPS} of ${gaps.length}`
            : 'Polling gaps'
        }
        columns={gapColumns}
        widths={{ resources: 34, polls: 14, between: 26, length: 12, reason: 14 }}
        rows={gaps.slice(0, MAX_SHOWN_POLL_GAPS)}
        rowKey={(gap) => `${formatPollGapResources(gap)} ${gap.from} ${gap.outcome} ${gap.intervals[0].kind}`}
      />
    </>
  )
}

const gapColumns: DataTableColumn<PollGap>[] = [
  { id: 'resources', header: 'Resources', value: (gap) => formatPollGapResources(gap) },
  { id: 'polls', header: 'Polls', value: formatPollGapPolls },
  {
    id: 'between',
    header: 'Between',
    value: ({ from }) => from,
    cell: ({ from, to }) => <TimeBoundsText bounds={[new Date(from).toISOString(), new Date(to).toISOString()]} />,
  },
  { id: 'length', header: 'Length', align: 'right', value: (gap) => formatDuration(getPollGapLengthMs(gap)) },
  { id: 'reason', header: 'Reason', value: ({ outcome }) => formatPollOutcome(outcome) },
]
