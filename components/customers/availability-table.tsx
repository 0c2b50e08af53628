'use client'

import type { SessionAvailability } from '#lib/sessions/api/index.ts'
import { upShare } from '#lib/contract/up-share.ts'
import { upShareWords } from '#lib/contract/words/up-share.ts'
import { PageLink } from '../links/page-link.tsx'
import { dividedTime } from '../timeline/availability-words.ts'
import { DataTable } from '../ui/table/data-table.tsx'
import { secondBounds } from '../ui/table/exported.ts'
import type { Column } from '../ui/table/features.ts'
import { Empty, SkeletonRows } from '../ui/answer-view.tsx'

type Row = SessionAvailability & { circuitId: string; circuitName: string }

/** Of the time that was observed; null = none was. */
const shareUp = (row: Row) => upShare(dividedTime(row))

const minutes = (seconds: number) => Math.round(seconds / 6) / 10

const columns: Column<Row>[] = [
  {
    id: 'circuit',
    header: 'Circuit',
    value: ({ circuitName }) => circuitName,
    cell: ({ circuitId, circuitName }) => (
      <PageLink href={`/circuits/${circuitId}`} className="link">
        {circuitName}
      </PageLink>
    ),
  },
  { id: 'path', header: 'Path', value: ({ path }) => path },
  { id: 'neighbor', header: 'Neighbor', value: ({ neighbor }) => neighbor, className: 'font-mono' },
  {
    id: 'up',
    header: 'Up, of the time seen',
    align: 'right',
    value: (row) => shareUp(row)?.atLeast ?? null,
    exported: [
      { header: 'Up, at least (share)', value: (row) => shareUp(row)?.atLeast ?? null },
      { header: 'Up, at most (share)', value: (row) => shareUp(row)?.atMost ?? null },
    ],
    cell: (row) =>
      shareUp(row) ? (
        <span className="whitespace-nowrap tabular-nums">{upShareWords(dividedTime(row))}</span>
      ) : (
        <span className="hatch px-1">not seen</span>
      ),
  },
  {
    id: 'down',
    header: 'Down at most (min)',
    align: 'right',
    value: ({ down }) => minutes(down.atMostSeconds),
    exported: secondBounds('Down', ({ down }) => down),
  },
  {
    id: 'unknown',
    header: 'No data (min)',
    align: 'right',
    value: ({ unknownSeconds }) => minutes(unknownSeconds),
    exported: [{ header: 'No data (s)', value: ({ unknownSeconds }) => unknownSeconds }],
  },
]

const byShare = { id: 'up', desc: false }

/** How much of the month each session was up, the worst first. */
export function AvailabilityTable({ rows, isLoading }: { rows: Row[]; isLoading: boolean }) {
  if (isLoading) return <SkeletonRows rows={3} />
  return (
    <DataTable
      name="availability"
      caption="Availability"
      columns={columns}
      rows={rows}
      rowKey={({ scope, localAddress, neighbor }) => `${scope} ${localAddress} ${neighbor}`}
      defaultSort={byShare}
      empty={<Empty title="No session was seen this month">It begins with the first poll.</Empty>}
    />
  )
}
