import { useRef } from 'react'
import { formatIso } from '#lib/contract/time/time.ts'
import { buildPlotDownloads } from '../charts/plot/plot-files.ts'
import { SavePlotMenu } from '../charts/plot/save-plot-menu.tsx'
import type { TimelineTrack } from '../charts/state-timeline/timeline-tracks.ts'
import { StateTimelinePanel } from '../charts/state-timeline/timeline-panel.tsx'
import { ChartNotesFooter } from '../notes/note-list.tsx'
import { formatNotesCsv, filterNotes } from '../notes/note-text.ts'
import { useNotes } from '../notes/notes.tsx'
import type { TimeRangeWindowState } from '../time/use-range-window.ts'
import { OmittedGapsNote } from '../time/gaps-omitted.tsx'
import { EmptyNote } from '../ui/answer-view.tsx'
import { useZone } from '../ui/preferences.tsx'

/** Tracks (rows) of a timeline, and whether they are complete. */
export interface TimelineData {
  tracks: TimelineTrack[]
  pending: boolean
  /** true = a query failed, so that tracks may be missing */
  failed: boolean
  /** true = there are more rows than one response of the API contains, so that the timeline is incomplete */
  isCut: boolean
  /** number of gaps that are not drawn because there are too many */
  gapsOmitted: number
}

/** History of a resource over the time range, on one time axis with a crosshair. */
export function TimelinePanel({
  title,
  of,
  note,
  timeline: { tracks, pending, failed, isCut, gapsOmitted },
  time,
  room,
  names,
}: {
  title: string
  /** name of the resource, which is part of file names and identifies the choice of hidden lines */
  of: string
  note?: string
  timeline: TimelineData
  time: TimeRangeWindowState
  /** minimum height in rem while tracks are loading, about the height of the drawing */
  room?: number
  /** width reserved for the tracks' names, px at the default font size */
  names?: number
}) {
  const zone = useZone()
  const picture = useRef<SVGSVGElement>(null)
  const notes = useNotes()?.notes ?? []
  const { from, to } = time.window
  const files = buildPlotDownloads({
    what: `${title} of ${of}`,
    name: `${title}-${of}`,
    range: { from: formatIso(from), to: formatIso(to) },
    zone,
    rows: () => csvRows(tracks),
  })
  return (
    <StateTimelinePanel
      title={title}
      of={of}
      isPending={pending}
      {...(room !== undefined && { room })}
      names={names}
      note={pending ? 'loading' : failed ? 'some data could not be loaded' : note}
      tracks={tracks}
      window={time.window}
      whole={time.whole}
      base={time.time.base}
      limits={time.limits}
      now={time.now}
      onWindow={time.onWindow}
      picture={picture}
    >
      {tracks.length === 0 && !pending && (
        <EmptyNote title="No data in this time range">Choose another time range.</EmptyNote>
      )}
      <ChartNotesFooter time={[from, to]}>
        <SavePlotMenu
          label={title}
          files={{ ...files, csv: () => files.csv() + formatNotesCsv(filterNotes(notes, from, to)) }}
          drawing={() => picture.current}
        />
      </ChartNotesFooter>
      <OmittedGapsNote count={gapsOmitted} />
      {isCut && <p className="mt-2 text-xs text-ink-2">Only the newest part is shown; choose a shorter time range.</p>}
    </StateTimelinePanel>
  )
}

/**
 * Returns the rows of the CSV file. States and events have the bounds of their start and end, numeric series have their
 * lowest and highest values.
 */
const csvRows = (tracks: readonly TimelineTrack[]) => [
  ['Lane', 'Part', 'What', 'Begin, earliest (UTC)', 'Begin, latest (UTC)', 'End, earliest (UTC)', 'End, latest (UTC)'],
  ...tracks.flatMap(({ name, part, marks, series }) => [
    ...marks.map(({ word, from, to }) => [name, part, word, ...[...from, ...(to ?? [])].map(formatIso)]),
    ...(series?.lines ?? []).flatMap((line) =>
      line.points.map(({ from, to, low, high }) => [
        name,
        [line.name, line.side?.name].filter(Boolean).join(' '),
        `${series?.write(low)} to ${series?.write(high)}`,
        ...[from, from, to, to].map(formatIso),
      ]),
    ),
  ]),
]
