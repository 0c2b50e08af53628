'use client'

import type { RouteStretch, UncoveredStretch } from '#lib/contract/index.ts'
import { seriesInk } from '../charts/series-ink.ts'
import { LaneKey } from '../charts/time-lanes/lane-key.tsx'
import { TimeLanes } from '../charts/time-lanes/time-lanes.tsx'
import type { RangeWindow } from '../time/use-range-window.ts'
import { AsPath } from '../ui/as-path.tsx'
import { distinctPaths, type PrefixLane } from './prefix-lanes.ts'
import { prefixTimeLanes } from './prefix-time-lanes.ts'

/** The lanes of a prefix, a colour and a letter for each distinct AS path. */
export function PrefixStrips({
  lanes,
  stretches,
  uncovered,
  time: { range: _range, setRange: _setRange, ...time },
}: {
  lanes: PrefixLane[]
  stretches: RouteStretch[]
  uncovered: UncoveredStretch[]
  time: RangeWindow
}) {
  const paths = distinctPaths(stretches, time.whole.from, time.whole.to)
  const drawn = prefixTimeLanes(lanes, paths, uncovered)
  return (
    <>
      <TimeLanes lanes={drawn} {...time} />
      <ul aria-label="AS paths" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {[...paths].map(([key, { letter, index, path }]) => (
          <li key={key} className="inline-flex items-center gap-1.5">
            <span className={seriesInk(index)}>
              <span className="inline-flex size-4 items-center justify-center rounded-xs bg-current">
                <span className="font-mono text-2xs text-surface">{letter}</span>
              </span>
            </span>
            <AsPath path={path} />
          </li>
        ))}
      </ul>
      <LaneKey lanes={drawn} />
    </>
  )
}
