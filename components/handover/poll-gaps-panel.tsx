'use client'

import { useMemo } from 'react'
import type { Handover } from '#lib/incidents/api/index.ts'
import { formatDuration, outcomeWords, pollKindWords } from '#lib/contract/words/index.ts'
import { plural } from '../format/quantity.ts'
import { FoldPanel } from '../ui/fold-panel.tsx'
import { Between } from '../ui/times/time.tsx'
import { type PollGap, pollGaps, gapPolls, resourcesOf } from './poll-gaps.ts'

/** Gaps that are listed, longest first. */
const SHOWN = 20

const lengthOf = ({ from, to }: PollGap) => to - from

/** When polls of a shift had no answer, in one line until somebody opens it; several at once are one row, which unfolds to its polls. */
export function PollGapsPanel({ gaps, gapsOmitted = 0 }: Pick<Handover, 'gaps' | 'gapsOmitted'>) {
  const groups = useMemo(() => pollGaps(gaps).toSorted((a, b) => lengthOf(b) - lengthOf(a)), [gaps])
  const [longest] = groups
  const left = groups.length - SHOWN + gapsOmitted
  return (
    <FoldPanel
      title="Polling gaps"
      note={longest ? `${plural(groups.length, 'gap')}, the longest ${formatDuration(lengthOf(longest))}` : 'none'}
      flush
    >
      <ul aria-label="Polling gaps" className="divide-y">
        {groups.slice(0, SHOWN).map((group) => (
          <li key={`${resourcesOf(group)} ${group.intervals[0].kind} ${group.from} ${group.outcome}`}>
            <details>
              <summary className="grid min-h-8 cursor-pointer items-center gap-x-4 px-3.5 py-1 text-xs hover:bg-hover sm:grid-cols-[minmax(0,1fr)_8rem_16rem_6rem_12rem]">
                <span className="font-medium">{resourcesOf(group)}</span>
                <span>{gapPolls(group)}</span>
                <Between bounds={[new Date(group.from).toISOString(), new Date(group.to).toISOString()]} />
                <span className="tabular-nums sm:text-right">{formatDuration(lengthOf(group))}</span>
                <span className="text-ink-2">{outcomeWords(group.outcome)}</span>
              </summary>
              <ul className="bg-sunken px-7 py-1 text-xs">
                {group.intervals.map(({ scope, scopeName, kind, from, to }) => (
                  <li key={`${scope} ${kind} ${from}`}>
                    {scopeName}, {pollKindWords(kind)}: <Between bounds={[from, to]} />
                  </li>
                ))}
              </ul>
            </details>
          </li>
        ))}
        {left > 0 && <li className="px-3.5 py-2 text-xs text-ink-3">and {plural(left, 'shorter gap')}</li>}
      </ul>
    </FoldPanel>
  )
}
