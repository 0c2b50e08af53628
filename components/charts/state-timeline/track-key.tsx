import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { Glyph } from '../../ui/drawing/glyph.tsx'
import type { TimelineTrack } from './tracks.ts'
import { getInkColor } from './chart-hatches.tsx'

/** Legend that explains the marks and lines which occur in the tracks of a state timeline. */
export function TrackKey({ tracks }: { tracks: readonly TimelineTrack[] }) {
  const marks = tracks.filter(({ key }) => key !== 'notes').flatMap((track) => track.marks)
  const lines = new Map(tracks.flatMap(({ series }) => series?.lines ?? []).map((line) => [line.name, line]))
  return (
    <ul aria-label="Legend" className="mt-1 flex min-h-10 flex-wrap content-start gap-x-4 gap-y-1 text-xs text-ink-2">
      {marks.some(({ isQuiet }) => isQuiet) && (
        <Item sample={<span className="h-1 w-5 rounded-xs bg-up-mark" />}>OK</Item>
      )}
      {marks.some(({ isQuiet, isPoint }) => !isQuiet && !isPoint) && (
        <Item sample={<span className="h-3 w-5 rounded-xs bg-down-mark" />}>confirmed</Item>
      )}
      {marks.some(({ isPoint }) => !isPoint) && (
        <Item sample={<span className="hatch-bar h-3 w-5 rounded-xs text-down-mark" />}>start or end uncertain</Item>
      )}
      {marks.some(({ isPoint }) => isPoint) && <Item sample={<Glyph tone="notice" />}>event</Item>}
      {tracks.some(({ key }) => key === 'notes') && <Item sample={<span className="h-3 w-0.5 bg-ink-2" />}>note</Item>}
      {[...lines.values()].map(({ name, ink, isArea, isDashed }) => (
        <Item
          key={name}
          sample={
            <span
              className={clsx('w-5 border-t-2', isArea && 'h-3 rounded-xs', isDashed && 'border-dashed')}
              style={{
                borderColor: getInkColor(ink),
                backgroundColor: isArea ? `color-mix(in srgb, ${getInkColor(ink)} 22%, transparent)` : undefined,
              }}
            />
          }
        >
          {name}
        </Item>
      ))}
      {tracks.some(({ unseen }) => unseen.length > 0) && (
        <Item sample={<span className="hatch h-3 w-5 rounded-xs border" />}>no data</Item>
      )}
    </ul>
  )
}

function Item({ sample, children }: { sample: ReactNode; children: ReactNode }) {
  return (
    <li className="inline-flex items-center gap-1.5">
      <span aria-hidden className="contents">
        {sample}
      </span>
      {children}
    </li>
  )
}
