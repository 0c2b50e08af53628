import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { StateSymbol } from '../../ui/drawing/glyph.tsx'
import { SeriesButton } from '../plot/plot-legend.tsx'
import type { SeriesChoice } from '../plot/series-choice.ts'
import type { TimelineTrack } from './timeline-tracks.ts'
import { getMarkCssColor } from './chart-hatches.tsx'

const linesOf = (tracks: readonly TimelineTrack[]) =>
  new Map(tracks.flatMap(({ series }) => series?.lines ?? []).map((line) => [line.name, line]))

/** Returns the names of all lines of the numeric series, without duplicates. */
export const listTimelineLineNames = (tracks: readonly TimelineTrack[]): string[] => [...linesOf(tracks).keys()]

/**
 * Legend that explains the marks and lines which occur in the tracks of a state timeline. If there are several lines,
 * the entry of a line is a button that isolates, hides or shows it.
 */
export function TimelineTrackLegend({ tracks, choice }: { tracks: readonly TimelineTrack[]; choice?: SeriesChoice }) {
  const marks = tracks.filter(({ key }) => key !== 'notes').flatMap((track) => track.marks)
  const lines = linesOf(tracks)
  const withChoice = (name: string) =>
    choice && lines.size > 1 ? (
      <SeriesButton name={name} choice={choice}>
        <LongName>{name}</LongName>
      </SeriesButton>
    ) : (
      <LongName>{name}</LongName>
    )
  return (
    <ul aria-label="Legend" className="mt-1 flex min-h-12 flex-wrap content-start gap-x-4 text-xs text-ink-2">
      {marks.some(({ isQuiet }) => isQuiet) && (
        <Item sample={<span className="h-1 w-5 rounded-xs bg-up-mark" />}>OK</Item>
      )}
      {marks.some(({ isQuiet, isPoint }) => !isQuiet && !isPoint) && (
        <Item sample={<span className="h-3 w-5 rounded-xs bg-down-mark" />}>confirmed</Item>
      )}
      {marks.some(({ isPoint }) => !isPoint) && (
        <Item sample={<span className="hatch-bar h-3 w-5 rounded-xs text-down-mark" />}>start or end uncertain</Item>
      )}
      {marks.some(({ isPoint }) => isPoint) && <Item sample={<StateSymbol tone="notice" />}>event</Item>}
      {tracks.some(({ key }) => key === 'notes') && <Item sample={<span className="h-3 w-0.5 bg-ink-2" />}>note</Item>}
      {[...lines.values()].map(({ name, ink, isArea, isDashed }) => (
        <Item
          key={name}
          sample={
            <span
              className={clsx('w-5 border-t-2', isArea && 'h-3 rounded-xs', isDashed && 'border-dashed')}
              style={{
                borderColor: getMarkCssColor(ink),
                backgroundColor: isArea ? `color-mix(in srgb, ${getMarkCssColor(ink)} 22%, transparent)` : undefined,
              }}
            />
          }
        >
          {withChoice(name)}
        </Item>
      ))}
      {tracks.some(({ unseen }) => unseen.length > 0) && (
        <Item sample={<span className="hatch h-3 w-5 rounded-xs border" />}>no data</Item>
      )}
    </ul>
  )
}

const LongName = ({ children }: { children: string }) => <span className="min-w-0 wrap-anywhere">{children}</span>

function Item({ sample, children }: { sample: ReactNode; children: ReactNode }) {
  return (
    <li className="inline-flex min-h-6 max-w-full min-w-0 items-center gap-1.5">
      <span aria-hidden className="contents">
        {sample}
      </span>
      {children}
    </li>
  )
}
