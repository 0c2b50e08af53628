'use client'

import type { RouteInterval } from '#lib/routes/api/index.ts'
import type { UncoveredInterval } from '#lib/contract/index.ts'
import { seriesInk } from '../charts/series-ink.ts'
import { TrackKey } from '../charts/state-timeline/track-key.tsx'
import { StateTimeline } from '../charts/state-timeline/state-timeline.tsx'
import type { RangeWindow } from '../time/use-range-window.ts'
import { AsPathText } from '../ui/facts/as-path.tsx'
import { distinctPaths, type PrefixTrack } from './prefix-tracks.ts'
import { prefixTimeline } from './prefix-timeline.ts'

/** The tracks of a prefix, a colour and a letter for each distinct AS path. */
export function PrefixStrips({
  tracks,
  intervals,
  uncovered,
  time: { range: _range, setRange: _setRange, ...time },
}: {
  tracks: PrefixTrack[]
  intervals: RouteInterval[]
  uncovered: UncoveredInterval[]
  time: RangeWindow
}) {
  const paths = distinctPaths(intervals, time.whole.from, time.whole.to)
  const drawn = prefixTimeline(tracks, paths, uncovered)
  return (
    <>
      <StateTimeline tracks={drawn} {...time} />
      <ul aria-label="AS paths" className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {[...paths].map(([key, { letter, index, path }]) => (
          <li key={key} className="inline-flex items-center gap-1.5">
            <span className={seriesInk(index)}>
              <span className="inline-flex size-4 items-center justify-center rounded-xs bg-current">
                <span className="font-mono text-xs text-surface">{letter}</span>
              </span>
            </span>
            <AsPathText path={path} />
          </li>
        ))}
      </ul>
      <TrackKey tracks={drawn} />
    </>
  )
}
