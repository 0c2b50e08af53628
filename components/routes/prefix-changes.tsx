'use client'

import { Empty } from '../ui/answer-view.tsx'
import type { Tone } from '../ui/drawing/glyph.tsx'
import { Status } from '../ui/status.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import { timeBounds } from '../ui/table/exported.ts'
import type { Column } from '../ui/table/features.ts'
import { Between } from '../ui/times/time.tsx'
import { CopyAzCommand } from '../ui/facts/az-command.tsx'
import { trackWords, type PrefixChange } from './prefix-tracks.ts'
import { RouteRows, rowsText } from './route-attributes.tsx'

const ops: Record<PrefixChange['op'], { tone: Tone; word: string }> = {
  first_seen: { tone: 'notice', word: 'FIRST SEEN' },
  announce: { tone: 'up', word: 'ANNOUNCED' },
  change: { tone: 'notice', word: 'CHANGED' },
  withdraw: { tone: 'down', word: 'WITHDRAWN' },
}

/** Every change of a prefix with the rows of the polls before and after. */
export function PrefixChanges({
  changes,
  prefix,
  whole,
}: {
  changes: PrefixChange[]
  prefix: string
  /** the range, epoch milliseconds */
  whole: { from: number; to: number }
}) {
  return (
    <DataTable
      name="changes"
      caption="Changes of this prefix"
      columns={columns}
      rows={changes}
      exportTitle={`changes of ${prefix}`}
      time={{ from: new Date(whole.from).toISOString(), to: new Date(whole.to).toISOString() }}
      rowKey={({ key }) => key}
      defaultSort={newest}
      empty={<Empty title="No changes in this time range">The tracks above show its state.</Empty>}
    />
  )
}

/** The bound of a state that predates monitoring. */
const neverBefore = new Date(0).toISOString()

const newest = { id: 'when', desc: true }

const columns: Column<PrefixChange>[] = [
  {
    id: 'when',
    header: 'Between the polls of',
    zoned: true,
    value: ({ polls }) => `${polls.after} ${polls.before ?? 'never before'}`,
    exported: timeBounds('Changed', ({ polls }) => [polls.before ?? neverBefore, polls.after]),
    compare: (a, b) => Date.parse(a.polls.after) - Date.parse(b.polls.after),
    cell: ({ polls }) => <Between bounds={[polls.before ?? neverBefore, polls.after]} zoned={false} />,
  },
  {
    id: 'op',
    header: 'Change',
    value: ({ op }) => ops[op].word,
    cell: ({ op }) => <Status {...ops[op]} className="whitespace-nowrap" />,
  },
  {
    id: 'track',
    header: 'Table',
    value: ({ track }) => trackWords(track),
    cell: ({ track }) => <span className="whitespace-nowrap">{trackWords(track)}</span>,
  },
  {
    id: 'before',
    header: 'Before',
    keep: true,
    value: ({ before }) => rowsText(before),
    cell: ({ before }) => <RouteRows rows={before} none="no route" />,
  },
  {
    id: 'after',
    header: 'After',
    keep: true,
    value: ({ after }) => rowsText(after),
    cell: ({ after }) => <RouteRows rows={after} none="no route" />,
  },
  {
    id: 'az',
    header: 'Now',
    value: ({ azCommand }) => azCommand,
    sortable: false,
    cell: ({ azCommand, track }) => <CopyAzCommand command={azCommand} what={trackWords(track)} />,
  },
]
