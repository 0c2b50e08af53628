'use client'

import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { useMemo, useState } from 'react'
import type { Handover } from '#lib/incidents/api/index.ts'
import { formatDuration, outcomeWords, pollKindWords } from '#lib/contract/words/index.ts'
import { plural } from '../format/quantity.ts'
import { toggledSet } from '../ui/toggled-list.ts'
import { FoldPanel } from '../ui/fold-panel.tsx'
import { StackedBetween } from '../ui/times/stacked-time.tsx'
import { DataTable } from '../ui/table/data-table.tsx'
import type { Column } from '../ui/table/features.ts'
import { Moment } from '../ui/times/time.tsx'
import { type PollGap, pollGaps, gapPolls, resourcesOf } from './poll-gaps.ts'

/** Gaps shown at once, longest first. */
const SHOWN = 20

/** When polls of a shift had no answer; several at once are one row, which unfolds to its polls. */
export function PollGapsPanel({ gaps, gapsOmitted = 0 }: Pick<Handover, 'gaps' | 'gapsOmitted'>) {
  const groups = useMemo(() => pollGaps(gaps), [gaps])
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const columns = useMemo(() => columnsOf(unfolded, (key) => setUnfolded((now) => toggledSet(now, key))), [unfolded])
  return (
    <FoldPanel title="Polling gaps" note={noteOf(groups)} flush>
      <DataTable
        name="polling-gaps"
        caption="Polling gaps"
        columns={columns}
        rows={groups.slice(0, SHOWN)}
        rowKey={keyOf}
        rowDetail={(group) => (unfolded.has(keyOf(group)) ? <Polls group={group} /> : null)}
        defaultSort={longestFirst}
        empty={<p className="px-3.5 py-3 text-ink-2">No gaps in polling during this period.</p>}
        bare
      />
      {groups.length > SHOWN && (
        <p className="border-t px-3.5 py-2 text-xs text-ink-3">and {groups.length - SHOWN} shorter ones</p>
      )}
      {gapsOmitted > 0 && (
        <p className="border-t px-3.5 py-2 text-xs text-ink-3">
          and {plural(gapsOmitted, 'shorter gap')} of single polls, which are not listed
        </p>
      )}
    </FoldPanel>
  )
}

const noteOf = (groups: readonly PollGap[]): string => {
  const longest = Math.max(...groups.map(({ from, to }) => to - from))
  return groups.length === 0 ? 'none' : `${plural(groups.length, 'gap')}, the longest ${formatDuration(longest)}`
}

const longestFirst = { id: 'length', desc: true }

const keyOf = ({ intervals: [{ scope, kind }], from, outcome }: PollGap) => `${scope} ${kind} ${from} ${outcome}`

const columnsOf = (unfolded: ReadonlySet<string>, toggle: (key: string) => void): Column<PollGap>[] => [
  {
    id: 'resources',
    header: 'Resources',
    value: (group) => resourcesOf(group),
    cell: (group) => <span className="font-medium">{resourcesOf(group)}</span>,
  },
  {
    id: 'polls',
    header: 'Polls',
    value: ({ intervals }) => intervals.length,
    className: 'whitespace-nowrap',
    cell: (group) =>
      group.intervals.length === 1 ? (
        gapPolls(group)
      ) : (
        <PollsToggle group={group} open={unfolded.has(keyOf(group))} onToggle={() => toggle(keyOf(group))} />
      ),
  },
  {
    id: 'time',
    header: 'Time',
    zoned: true,
    value: ({ from }) => from,
    cell: ({ from, to }) => <StackedBetween bounds={[new Date(from).toISOString(), new Date(to).toISOString()]} />,
  },
  {
    id: 'length',
    header: 'Length',
    align: 'right',
    className: 'whitespace-nowrap',
    value: ({ from, to }) => to - from,
    cell: ({ from, to }) => formatDuration(to - from),
  },
  {
    id: 'reason',
    header: 'No data because',
    value: ({ outcome }) => outcomeWords(outcome),
    className: 'text-ink-2',
  },
]

function PollsToggle({ group, open, onToggle }: { group: PollGap; open: boolean; onToggle: () => void }) {
  const Icon = open ? ChevronDownIcon : ChevronRightIcon
  return (
    <button
      type="button"
      aria-expanded={open}
      aria-label={`${gapPolls(group)} of ${resourcesOf(group)}`}
      onClick={onToggle}
      className="inline-flex min-h-6 items-center gap-0.5 rounded-xs border px-1 text-xs text-ink-2 hover:bg-hover"
    >
      <Icon aria-hidden className="size-3" />
      {gapPolls(group)}
    </button>
  )
}

function Polls({ group: { intervals } }: { group: PollGap }) {
  return (
    <ul className="max-h-64 overflow-y-auto px-3.5 py-2 text-xs">
      {intervals.map(({ scope, scopeName, kind, from, to }) => (
        <li key={`${scope} ${kind} ${from}`} className="flex flex-wrap items-baseline gap-x-3 py-0.5">
          <span className="font-medium">{scopeName}</span>
          <span className="text-ink-2">{pollKindWords(kind)}</span>
          <span className="text-ink-2">
            <Moment at={from} zoned={false} /> – <Moment at={to} />, {formatDuration(Date.parse(to) - Date.parse(from))}
          </span>
        </li>
      ))}
    </ul>
  )
}
