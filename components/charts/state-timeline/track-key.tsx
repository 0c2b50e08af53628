import type { ReactNode } from 'react'
import { Glyph } from '../../ui/glyph.tsx'
import type { TimelineTrack } from './tracks.ts'
import { hueOf } from './chart-hatches.tsx'

/** What the marks of these tracks mean, those that are drawn. */
export function TrackKey({ tracks }: { tracks: readonly TimelineTrack[] }) {
  const marks = tracks.flatMap((track) => track.marks)
  const lines = new Map(tracks.flatMap(({ series }) => series?.lines ?? []).map((line) => [line.name, line]))
  return (
    <ul aria-label="Marks" className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
      {marks.some(({ isQuiet }) => isQuiet) && (
        <Item sample={<span className="h-1 w-5 rounded-xs bg-up-mark" />}>as it should be</Item>
      )}
      {marks.some(({ isQuiet, isPoint }) => !isQuiet && !isPoint) && (
        <Item sample={<span className="h-3 w-5 rounded-xs bg-down-mark" />}>certainly so</Item>
      )}
      {marks.some(({ isPoint }) => !isPoint) && (
        <Item sample={<span className="hatch-bar h-3 w-5 rounded-xs text-down-mark" />}>
          possibly so: it began or ended in here
        </Item>
      )}
      {marks.some(({ isPoint }) => isPoint) && <Item sample={<Glyph tone="notice" />}>happened in here</Item>}
      {[...lines.values()].map(({ name, ink, isArea }) => (
        <Item
          key={name}
          sample={
            <span
              className={isArea ? 'h-3 w-5 rounded-xs border-t-2' : 'w-5 border-t-2'}
              style={{
                borderColor: hueOf(ink),
                backgroundColor: isArea ? `color-mix(in srgb, ${hueOf(ink)} 22%, transparent)` : undefined,
              }}
            />
          }
        >
          {name}
        </Item>
      ))}
      {tracks.some(({ unseen }) => unseen.length > 0) && (
        <Item sample={<span className="hatch h-3 w-5 rounded-xs border" />}>not seen</Item>
      )}
      <li className="text-ink-3 print:hidden">Drag to move, Ctrl and wheel to zoom; arrows, + and − by keyboard.</li>
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
